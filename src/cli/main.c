#include <stdio.h>

int main(void)
{
    puts("hallmark");
    return 0;
}
