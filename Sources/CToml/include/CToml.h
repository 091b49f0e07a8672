// A C view of toml++ (https://marzer.github.io/tomlplusplus/): a document as a flat list of nodes in the order of a
// depth-first walk, each with its place in the text. Nothing of C++ crosses this header, no exception either.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a node is: the types of TOML 1.0, dates and times taken together because no setting is one.
enum ctoml_kind { CTOML_TABLE, CTOML_ARRAY, CTOML_STRING, CTOML_INTEGER, CTOML_FLOAT, CTOML_BOOLEAN, CTOML_DATE };

/// One node. Pointers are valid until the document is freed; texts are UTF-8, may hold NUL and do not end in one.
struct ctoml_node {
  enum ctoml_kind kind;
  /// How many nodes of a table or array follow, those below them not counted.
  size_t children;
  /// The key in the table it belongs to and where that stands; NULL in an array and for the root.
  const char *key;
  size_t key_length;
  uint32_t key_line, key_column;
  /// Where the value stands: lines and columns count from 1, columns in code points.
  uint32_t line, column;
  /// The value of a string.
  const char *text;
  size_t text_length;
  /// The value of an integer, and 0 or 1 for a boolean.
  int64_t integer;
};

/// A parsed text, or why it could not be parsed.
typedef struct ctoml_document ctoml_document;

/// Parses a text; the result is never shared and must be freed. NULL when there is no memory left.
ctoml_document *ctoml_parse(const char *text, size_t length);
void ctoml_free(ctoml_document *document);

/// Why it could not be parsed and where; NULL when it could.
const char *ctoml_error(const ctoml_document *document, uint32_t *line, uint32_t *column);
/// The nodes, the root table first; none after an error.
const struct ctoml_node *ctoml_nodes(const ctoml_document *document, size_t *count);

#ifdef __cplusplus
}
#endif
