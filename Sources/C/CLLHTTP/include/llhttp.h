// The header of llhttp where Debian 12 (node-llhttp) or Debian 13 (libllhttp-dev) has it.
#if __has_include("/usr/share/include/llhttp/llhttp.h")
#include "/usr/share/include/llhttp/llhttp.h"
#else
#include "/usr/include/llhttp.h"
#endif
