// As Debian ships it: compiled here, never copied.
#include "/usr/share/llhttp/llhttp.c"
