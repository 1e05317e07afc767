#include "pass.h"
#include <string.h>

size_t plain_pass(const unsigned char *bytes, size_t count, unsigned long *sum) {
  unsigned int metadata;
  memcpy(&metadata, bytes + 4, 4);
  size_t offset = 8 + (size_t)metadata, records = 0;
  unsigned long total = 0;
  while (offset + 56 <= count) {
    const unsigned char *record = bytes + offset;
    if (record[1] == 0xA0) {
      unsigned long id;
      unsigned int size;
      memcpy(&id, record + 16, 8);
      memcpy(&size, record + 32, 4);
      total += id + size;
    }
    records++;
    offset += (size_t)record[0] * 4;
  }
  *sum = total;
  return records;
}
