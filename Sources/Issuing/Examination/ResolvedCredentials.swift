import AWSCredentials
import Diagnosis
import KeyModel
import SigV4

/// Credentials that were found: what is told of them, and what signs with them.
struct ResolvedCredentials {
  /// What is told of them.
  let facts: SourceObservation.Credentials
  /// Signs with them.
  let signer: Signer
}

/// Resolves credentials as an issuer does; `passedBy` gets each provider that had nothing, and why.
func resolve(
  _ context: inout CredentialContext, passedBy: (String, String) -> Void
) -> Result<ResolvedCredentials, CredentialError> {
  do throws(CredentialError) {
    try CredentialChain.prepare(&context)
    let credentials = try CredentialChain.resolve(context, passedBy: passedBy)
    let path = CredentialPath(of: credentials.source, in: context)
    var facts = SourceObservation.Credentials(credentials.source)
    facts.path = path.steps
    facts.isRoleChain = path.isRoleChain
    facts.expiration = credentials.expiration
    facts.warnings = credentials.warnings
    let signer = credentials.makeSigner()
    facts.isTemporary = signer.isTemporary
    facts.isExample = signer.isExample
    return .success(ResolvedCredentials(facts: facts, signer: signer))
  } catch {
    return .failure(error)
  }
}
