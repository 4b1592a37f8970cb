; 92 instructions outside the cold blocks
; Assembly listing for method Mmap.Spans.MappedFile:LeaseSpan(long,int):Mmap.Spans.SpanLease:this (Tier1)
; Emitting BLENDED_CODE for generic X64 + VEX + EVEX on Unix
; Tier1 code
; optimized code
; rbp based frame
; fully interruptible
; No PGO data
; 1 inlinees with PGO data; 7 single block inlinees; 5 inlinees without PGO data

G_M000_IG01:
       push     rbp
       push     r15
       push     r14
       push     r13
       push     r12
       push     rbx
       sub      rsp, 24
       lea      rbp, [rsp+0x40]
       mov      r13, rdi
       mov      rbx, rsi
       mov      r15, rdx
       mov      r14d, ecx

G_M000_IG02:
       mov      rdi, gword ptr [r13+0x18]
       mov      esi, dword ptr [rdi+0x50]
       mov      rcx, qword ptr [rdi+0x58]
       test     esi, esi
       jne      SHORT G_M000_IG05

G_M000_IG03:
       cmp      r15, rcx
       jae      SHORT G_M000_IG04
       xor      esi, esi
       jmp      SHORT G_M000_IG06

G_M000_IG04:
       mov      rax, r15
       xor      edx, edx
       div      rdx:rax, rcx
       mov      rsi, rax
       jmp      SHORT G_M000_IG06

G_M000_IG05:
       shrx     rsi, r15, rsi

G_M000_IG06:
       mov      rax, gword ptr [rdi+0x10]
       mov      ecx, dword ptr [rax+0x08]
       cmp      rcx, rsi
       jbe      SHORT G_M000_IG08

G_M000_IG07:
       mov      r12, gword ptr [rax+8*rsi+0x10]
       jmp      SHORT G_M000_IG09

G_M000_IG08:
       call     [Mmap.Spans.Regions.RegionDirectory:FindInRest(long):Mmap.Spans.Regions.Region:this]
       mov      r12, rax

G_M000_IG09:
       test     r12, r12
       je       G_M000_IG15

G_M000_IG10:
       mov      rax, r15
       sub      rax, qword ptr [r12+0x50]
       mov      qword ptr [rbp-0x30], rax
       mov      edi, r14d
       add      rdi, rax
       mov      ecx, dword ptr [r12+0x34]
       cmp      rdi, rcx
       ja       G_M000_IG15
       mov      rdi, 0xD1FFAB1E
       mov      rcx, 0xD1FFAB1E
       call     rcx
       add      rax, 72
       mov      rax, qword ptr [rax+0x10]
       mov      qword ptr [rbp-0x38], rax
       test     rax, rax
       je       G_M000_IG15
       mov      rdi, rax
       mov      rsi, qword ptr [r12+0x48]
       mov      rcx, qword ptr [rdi+0x100]
       inc      rcx
       mov      qword ptr [rdi+0x100], rcx
       mov      qword ptr [rbp-0x40], rcx
       mov      rdx, rcx
       and      rdx, 15
       lea      r8, bword ptr [rdi+8*rdx]
       cmp      qword ptr [r8], 0
       jne      G_M000_IG15
       mov      qword ptr [rdi+8*rdx+0x80], rcx
       mov      qword ptr [r8], rsi
       mov      rdi, 0xD1FFAB1E
       and      rdi, qword ptr [r12+0x78]
       mov      rsi, 0xD1FFAB1E
       cmp      rdi, rsi
       jne      SHORT G_M000_IG14

G_M000_IG11:
       cmp      byte  ptr [r12+0x30], 0
       jne      SHORT G_M000_IG12
       mov      byte  ptr [r12+0x30], 1

G_M000_IG12:
       mov      r15, qword ptr [rbp-0x30]
       add      r15, qword ptr [r12+0x58]
       test     r14d, r14d
       jl       SHORT G_M000_IG17
       mov      gword ptr [rbx], r12
       mov      r13, qword ptr [rbp-0x38]
       mov      qword ptr [rbx+0x08], r13
       mov      r13, qword ptr [rbp-0x40]
       mov      qword ptr [rbx+0x10], r13
       mov      bword ptr [rbx+0x18], r15
       mov      dword ptr [rbx+0x20], r14d
       mov      rax, rbx

G_M000_IG13:
       add      rsp, 24
       pop      rbx
       pop      r12
       pop      r13
       pop      r14
       pop      r15
       pop      rbp
       ret

G_M000_IG14:
       mov      rdi, r12
       mov      rsi, rax
       mov      rdx, rcx
       call     [Mmap.Spans.Regions.SpanPins:TryRescue(Mmap.Spans.Regions.Region,ptr,long):bool]
       test     eax, eax
       jne      SHORT G_M000_IG11

G_M000_IG15:
       mov      rdi, r13
       mov      rsi, rbx
       mov      rdx, r15
       mov      ecx, r14d

G_M000_IG16:
       add      rsp, 24
       pop      rbx
       pop      r12
       pop      r13
       pop      r14
       pop      r15
       pop      rbp
       tail.jmp [Mmap.Spans.MappedFile:LeaseSpanSlowly(long,int):Mmap.Spans.SpanLease:this]

G_M000_IG17:
       call     [System.ThrowHelper:ThrowArgumentOutOfRangeException()]
       int3

; Total bytes of code 407


; 65 instructions outside the cold blocks
; Assembly listing for method Mmap.Spans.Tests.Perf.HitPathLoop:LeaseReadDispose(Mmap.Spans.MappedFile,int):long (Tier1)
; Emitting BLENDED_CODE for generic X64 + VEX + EVEX on Unix
; Tier1 code
; optimized code
; rbp based frame
; fully interruptible
; No PGO data
; 0 inlinees with PGO data; 2 single block inlinees; 4 inlinees without PGO data

G_M000_IG01:
       push     rbp
       push     r15
       push     r14
       push     r13
       push     r12
       push     rbx
       sub      rsp, 72
       lea      rbp, [rsp+0x70]
       vxorps   xmm8, xmm8, xmm8
       vmovdqu  ymmword ptr [rbp-0x50], ymm8
       xor      eax, eax
       mov      qword ptr [rbp-0x30], rax
       mov      r15, rdi
       mov      ebx, esi

G_M000_IG02:
       xor      r14d, r14d
       xor      r13d, r13d
       test     ebx, ebx
       jle      G_M000_IG11

G_M000_IG03:
       movzx    rdx, r13b
       shl      edx, 3
       movsxd   rdx, edx
       lea      rsi, [rbp-0x50]
       mov      rdi, r15
       mov      ecx, 8
       cmp      dword ptr [rdi], edi
       call     [Mmap.Spans.MappedFile:LeaseSpan(long,int):Mmap.Spans.SpanLease:this]
       mov      rdi, gword ptr [rbp-0x50]
       mov      gword ptr [rbp-0x68], rdi
       mov      rdi, qword ptr [rbp-0x48]
       mov      qword ptr [rbp-0x58], rdi
       mov      rdi, qword ptr [rbp-0x40]
       mov      qword ptr [rbp-0x60], rdi

G_M000_IG04:
       cmp      gword ptr [rbp-0x68], 0
       je       SHORT G_M000_IG05
       mov      rdi, bword ptr [rbp-0x38]
       mov      esi, dword ptr [rbp-0x30]
       cmp      esi, 8
       jl       SHORT G_M000_IG06
       add      r14, qword ptr [rdi]
       jmp      SHORT G_M000_IG07

G_M000_IG05:
       call     [Mmap.Spans.SpanLease:ThrowEnded()]
       int3

G_M000_IG06:
       mov      edi, 40
       call     [System.ThrowHelper:ThrowArgumentOutOfRangeException(int)]
       int3

G_M000_IG07:
       mov      r12, qword ptr [rbp-0x58]
       cmp      byte  ptr [r12], r12b
       mov      rax, qword ptr [rbp-0x60]
       and      rax, 15
       mov      rdi, qword ptr [r12+8*rax+0x80]
       cmp      rdi, qword ptr [rbp-0x60]
       jne      SHORT G_M000_IG09

G_M000_IG08:
       xor      edi, edi
       mov      qword ptr [r12+8*rax], rdi
       mov      rdi, gword ptr [rbp-0x68]
       mov      rsi, 0xD1FFAB1E
       test     qword ptr [rdi+0x78], rsi
       je       SHORT G_M000_IG10

G_M000_IG09:
       mov      rdi, gword ptr [rbp-0x68]
       mov      rsi, qword ptr [rbp-0x60]
       call     [Mmap.Spans.SpanLease:EndSlowly(Mmap.Spans.Regions.Region,long)]

G_M000_IG10:
       inc      r13d
       cmp      r13d, ebx
       jl       G_M000_IG03

G_M000_IG11:
       mov      rax, r14

G_M000_IG12:
       add      rsp, 72
       pop      rbx
       pop      r12
       pop      r13
       pop      r14
       pop      r15
       pop      rbp
       ret

G_M000_IG13:
       push     rax

G_M000_IG14:
       cmp      gword ptr [rbp-0x68], 0
       je       SHORT G_M000_IG16
       mov      r12, qword ptr [rbp-0x58]
       cmp      byte  ptr [r12], r12b
       mov      rax, qword ptr [rbp-0x60]
       and      rax, 15
       mov      rdi, qword ptr [r12+8*rax+0x80]
       cmp      rdi, qword ptr [rbp-0x60]
       jne      SHORT G_M000_IG15
       xor      edi, edi
       mov      qword ptr [r12+8*rax], rdi
       mov      rdi, gword ptr [rbp-0x68]
       mov      rsi, 0xD1FFAB1E
       test     qword ptr [rdi+0x78], rsi
       je       SHORT G_M000_IG16

G_M000_IG15:
       mov      rdi, gword ptr [rbp-0x68]
       mov      rsi, qword ptr [rbp-0x60]
       call     [Mmap.Spans.SpanLease:EndSlowly(Mmap.Spans.Regions.Region,long)]

G_M000_IG16:
       nop

G_M000_IG17:
       add      rsp, 8
       ret

; Total bytes of code 335


