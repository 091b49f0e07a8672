/// The version of this program (Semantic Versioning 2.0.0).
package let productVersion = "0.1.0"
