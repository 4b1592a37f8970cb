namespace Mmap.Spans.Memory;

/// <content>The handler for x64. <c>HandlerBytesTests</c> assembles the listing and compares.</content>
// SAFETY: bytes and their length alone; TruncationGuard.cs makes them run.
internal static unsafe partial class TruncationGuard
{
    // It takes no lock, calls no function of the C library, and touches neither errno nor a vector register. It needs
    // only the table, whose address is in its last eight bytes, and the system call mmap. GuardTable draws the table.
    //
    //         .intel_syntax noprefix              # edi: the signal, rsi: its cause, rdx: the context
    //     handler:
    //         cmp   dword ptr [rsi + 8], 2        # BUS_ADRERR: neither broken memory nor kill -BUS
    //         jne   other
    //         mov   r8, [rip + table]
    //         mov   rax, [rsi + 16]               # the address touched
    //         mov   rcx, [r8 + 8]                 # the entries that were ever used
    //         mov   r9, r8
    //     look:
    //         sub   rcx, 1
    //         jb    other
    //         add   r9, 64
    //         mov   r10, [r9]                     # version; odd while it is written
    //         test  r10b, 1
    //         jnz   look
    //         cmp   rax, [r9 + 8]                 # start
    //         jb    look
    //         mov   r11, [r9 + 16]                # end
    //         cmp   rax, r11
    //         jae   look
    //         cmp   r10, [r9]                     # both are of one mapping
    //         jne   look
    //         push  rdi
    //         push  rsi
    //         push  rdx
    //         and   rax, [r8 + 16]
    //         mov   rdi, rax                      # the page
    //         mov   rax, [r9 + 24]                # unreadable from the lowest page that went
    //     lower:
    //         cmp   rdi, rax
    //         jae   told
    //         lock cmpxchg [r9 + 24], rdi
    //         jne   lower
    //     told:
    //         lock inc qword ptr [r9 + 32]        # told before it shows
    //         lock inc qword ptr [r8]
    //         mov   rsi, r11
    //         sub   rsi, rdi                      # to the mapping's end: two pieces at most
    //         mov   edx, 1                        # PROT_READ
    //         mov   r10d, 0x4032                  # private, fixed, anonymous, no reserve
    //         mov   r8, -1
    //         xor   r9d, r9d
    //         mov   eax, 9                        # mmap
    //         syscall
    //         cmp   rax, rdi
    //         pop   rdx
    //         pop   rsi
    //         pop   rdi
    //         jne   other
    //         ret
    //     other:
    //         mov   r8, [rip + table]
    //         jmp   [r8 + 32]                     # the previous handler, as if this were not here
    //         .p2align 3, 0xcc
    //     table:
    //         .quad 0

    /// <summary>The listing above, assembled.</summary>
    internal static ReadOnlySpan<byte> X64 =>
    [
        0x83, 0x7E, 0x08, 0x02, 0x0F, 0x85, 0x88, 0x00, 0x00, 0x00, 0x4C, 0x8B, 0x05, 0x8F, 0x00, 0x00,
        0x00, 0x48, 0x8B, 0x46, 0x10, 0x49, 0x8B, 0x48, 0x08, 0x4D, 0x89, 0xC1, 0x48, 0x83, 0xE9, 0x01,
        0x72, 0x70, 0x49, 0x83, 0xC1, 0x40, 0x4D, 0x8B, 0x11, 0x41, 0xF6, 0xC2, 0x01, 0x75, 0xED, 0x49,
        0x3B, 0x41, 0x08, 0x72, 0xE7, 0x4D, 0x8B, 0x59, 0x10, 0x4C, 0x39, 0xD8, 0x73, 0xDE, 0x4D, 0x3B,
        0x11, 0x75, 0xD9, 0x57, 0x56, 0x52, 0x49, 0x23, 0x40, 0x10, 0x48, 0x89, 0xC7, 0x49, 0x8B, 0x41,
        0x18, 0x48, 0x39, 0xC7, 0x73, 0x08, 0xF0, 0x49, 0x0F, 0xB1, 0x79, 0x18, 0x75, 0xF3, 0xF0, 0x49,
        0xFF, 0x41, 0x20, 0xF0, 0x49, 0xFF, 0x00, 0x4C, 0x89, 0xDE, 0x48, 0x29, 0xFE, 0xBA, 0x01, 0x00,
        0x00, 0x00, 0x41, 0xBA, 0x32, 0x40, 0x00, 0x00, 0x49, 0xC7, 0xC0, 0xFF, 0xFF, 0xFF, 0xFF, 0x45,
        0x31, 0xC9, 0xB8, 0x09, 0x00, 0x00, 0x00, 0x0F, 0x05, 0x48, 0x39, 0xF8, 0x5A, 0x5E, 0x5F, 0x75,
        0x01, 0xC3, 0x4C, 0x8B, 0x05, 0x07, 0x00, 0x00, 0x00, 0x41, 0xFF, 0x60, 0x20, 0xCC, 0xCC, 0xCC,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    ];
}
