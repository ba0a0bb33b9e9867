// How Swift sees expat, in the command line only: its enumerations as numbers.
// https://libexpat.github.io/doc/api/latest/
#pragma once
#include <expat.h>

// Reads a whole document. 1, or 0 where it is refused, or a handler has stopped.
static inline int sesmail_xml_read(XML_Parser parser, const unsigned char *bytes, int count) {
    return XML_Parse(parser, (const char *)bytes, count, 1) == XML_STATUS_OK;
}

static inline int sesmail_xml_error(XML_Parser parser) { return (int)XML_GetErrorCode(parser); }

static inline const char *sesmail_xml_error_text(XML_Parser parser) {
    const char *text = XML_ErrorString(XML_GetErrorCode(parser));
    return text == NULL ? "" : text;
}

static inline long sesmail_xml_line(XML_Parser parser) {
    return (long)XML_GetCurrentLineNumber(parser);
}

// Stops for good: handlers may still be called for an element that was just read.
static inline void sesmail_xml_stop(XML_Parser parser) { XML_StopParser(parser, XML_FALSE); }

enum {
    sesmail_xml_invalid_token = XML_ERROR_INVALID_TOKEN,
    sesmail_xml_no_elements = XML_ERROR_NO_ELEMENTS,
    sesmail_xml_unclosed_token = XML_ERROR_UNCLOSED_TOKEN,
    sesmail_xml_partial_character = XML_ERROR_PARTIAL_CHAR,
    sesmail_xml_unknown_encoding = XML_ERROR_UNKNOWN_ENCODING,
    sesmail_xml_incorrect_encoding = XML_ERROR_INCORRECT_ENCODING,
    sesmail_xml_undefined_entity = XML_ERROR_UNDEFINED_ENTITY,
};

// A character set of one byte a character, of which `scalars` has the Unicode scalars.
static inline void sesmail_xml_set_encoding(XML_Encoding *encoding, const int *scalars) {
    for (int byte = 0; byte < 256; byte++) encoding->map[byte] = scalars[byte];
    encoding->data = NULL;
    encoding->convert = NULL;
    encoding->release = NULL;
}
