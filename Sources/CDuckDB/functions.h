// The part of DuckDB's C API that admf uses, declared by hand: the library is loaded at run time and has no header here.
// Layouts and numbers are those of the stable C API since DuckDB 1.0.
#ifndef ADMF_CDUCKDB_FUNCTIONS_H
#define ADMF_CDUCKDB_FUNCTIONS_H

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t idx_t;
typedef struct _duckdb_database { void *internal_ptr; } *duckdb_database;
typedef struct _duckdb_connection { void *internal_ptr; } *duckdb_connection;
typedef struct _duckdb_config { void *internal_ptr; } *duckdb_config;
typedef struct _duckdb_prepared_statement { void *internal_ptr; } *duckdb_prepared_statement;
typedef struct _duckdb_extracted_statements { void *internal_ptr; } *duckdb_extracted_statements;
typedef struct _duckdb_appender { void *internal_ptr; } *duckdb_appender;
typedef struct _duckdb_logical_type { void *internal_ptr; } *duckdb_logical_type;
typedef struct _duckdb_data_chunk { void *internal_ptr; } *duckdb_data_chunk;
typedef struct _duckdb_vector { void *internal_ptr; } *duckdb_vector;

typedef struct {
    idx_t deprecated_column_count;
    idx_t deprecated_row_count;
    idx_t deprecated_rows_changed;
    void *deprecated_columns;
    char *deprecated_error_message;
    void *internal_data;
} duckdb_result;

// A text in a vector: up to 12 bytes lie in the value itself.
typedef struct {
    uint32_t length;
    char prefix[4];
    union {
        char rest[8];
        const char *pointer;
    } value;
} duckdb_string_t;

typedef struct { uint64_t lower; int64_t upper; } duckdb_hugeint;

enum { DUCKDB_OK = 0 };

// Name, result, arguments.
#define ADMF_DUCKDB_FUNCTIONS(F) \
    F(library_version, const char *, (void)) \
    F(create_config, int, (duckdb_config *)) \
    F(set_config, int, (duckdb_config, const char *, const char *)) \
    F(destroy_config, void, (duckdb_config *)) \
    F(open_ext, int, (const char *, duckdb_database *, duckdb_config, char **)) \
    F(close, void, (duckdb_database *)) \
    F(connect, int, (duckdb_database, duckdb_connection *)) \
    F(disconnect, void, (duckdb_connection *)) \
    F(interrupt, void, (duckdb_connection)) \
    F(free, void, (void *)) \
    F(query, int, (duckdb_connection, const char *, duckdb_result *)) \
    F(destroy_result, void, (duckdb_result *)) \
    F(result_error, const char *, (duckdb_result *)) \
    F(column_count, idx_t, (duckdb_result *)) \
    F(column_name, const char *, (duckdb_result *, idx_t)) \
    F(column_logical_type, duckdb_logical_type, (duckdb_result *, idx_t)) \
    F(fetch_chunk, duckdb_data_chunk, (duckdb_result)) \
    F(extract_statements, idx_t, (duckdb_connection, const char *, duckdb_extracted_statements *)) \
    F(extract_statements_error, const char *, (duckdb_extracted_statements)) \
    F(destroy_extracted, void, (duckdb_extracted_statements *)) \
    F(prepare_extracted_statement, int, \
      (duckdb_connection, duckdb_extracted_statements, idx_t, duckdb_prepared_statement *)) \
    F(prepare_error, const char *, (duckdb_prepared_statement)) \
    F(prepared_statement_type, int, (duckdb_prepared_statement)) \
    F(execute_prepared_streaming, int, (duckdb_prepared_statement, duckdb_result *)) \
    F(destroy_prepare, void, (duckdb_prepared_statement *)) \
    F(create_logical_type, duckdb_logical_type, (int)) \
    F(get_type_id, int, (duckdb_logical_type)) \
    F(destroy_logical_type, void, (duckdb_logical_type *)) \
    F(vector_size, idx_t, (void)) \
    F(create_data_chunk, duckdb_data_chunk, (duckdb_logical_type *, idx_t)) \
    F(destroy_data_chunk, void, (duckdb_data_chunk *)) \
    F(data_chunk_reset, void, (duckdb_data_chunk)) \
    F(data_chunk_get_size, idx_t, (duckdb_data_chunk)) \
    F(data_chunk_set_size, void, (duckdb_data_chunk, idx_t)) \
    F(data_chunk_get_vector, duckdb_vector, (duckdb_data_chunk, idx_t)) \
    F(vector_get_data, void *, (duckdb_vector)) \
    F(vector_get_validity, uint64_t *, (duckdb_vector)) \
    F(vector_ensure_validity_writable, void, (duckdb_vector)) \
    F(vector_assign_string_element_len, void, (duckdb_vector, idx_t, const char *, idx_t)) \
    F(appender_create, int, (duckdb_connection, const char *, const char *, duckdb_appender *)) \
    F(appender_error, const char *, (duckdb_appender)) \
    F(append_data_chunk, int, (duckdb_appender, duckdb_data_chunk)) \
    F(appender_flush, int, (duckdb_appender)) \
    F(appender_destroy, int, (duckdb_appender *))

#define ADMF_DUCKDB_MEMBER(name, result, arguments) result (*_Nonnull name) arguments;
typedef struct { ADMF_DUCKDB_FUNCTIONS(ADMF_DUCKDB_MEMBER) } duckdb_functions;
#undef ADMF_DUCKDB_MEMBER

// Fills the table from a loaded library; the name of the first function that it lacks, NULL where it has them all.
static inline const char *_Nullable admf_duckdb_bind(void *_Nonnull library, duckdb_functions *_Nonnull table) {
    const char *missing = NULL;
#define ADMF_DUCKDB_BIND(name, result, arguments) \
    { \
        void *found = dlsym(library, "duckdb_" #name); \
        if (!found && !missing) missing = "duckdb_" #name; \
        *(void **)&table->name = found; \
    }
    ADMF_DUCKDB_FUNCTIONS(ADMF_DUCKDB_BIND)
#undef ADMF_DUCKDB_BIND
    return missing;
}

#endif
