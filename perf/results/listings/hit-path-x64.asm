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


; 67 instructions outside the cold blocks
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
       sub      rsp, 96
       lea      rbp, [rsp+0x60]
       vxorps   xmm8, xmm8, xmm8
       vmovdqu  ymmword ptr [rbp-0x40], ymm8
       xor      eax, eax
       mov      qword ptr [rbp-0x20], rax
       mov      gword ptr [rbp-0x50], rdi
       mov      dword ptr [rbp-0x04], esi

G_M000_IG02:
       xor      edx, edx
       mov      qword ptr [rbp-0x10], rdx

G_M000_IG03:
       mov      dword ptr [rbp-0x14], edx
       test     esi, esi
       jle      SHORT G_M000_IG10

G_M000_IG04:
       movzx    rdx, byte  ptr [rbp-0x14]
       shl      edx, 3
       movsxd   rdx, edx
       lea      rsi, [rbp-0x40]
       mov      ecx, 8
       cmp      dword ptr [rdi], edi
       call     [Mmap.Spans.MappedFile:LeaseSpan(long,int):Mmap.Spans.SpanLease:this]
       mov      rdi, gword ptr [rbp-0x40]
       mov      gword ptr [rbp-0x58], rdi
       mov      rdi, qword ptr [rbp-0x30]
       mov      qword ptr [rbp-0x48], rdi

G_M000_IG05:
       cmp      gword ptr [rbp-0x58], 0
       je       SHORT G_M000_IG06
       mov      rdi, bword ptr [rbp-0x28]
       mov      eax, dword ptr [rbp-0x20]
       cmp      eax, 8
       jl       SHORT G_M000_IG07
       mov      rax, qword ptr [rbp-0x10]
       add      rax, qword ptr [rdi]
       mov      qword ptr [rbp-0x10], rax
       jmp      SHORT G_M000_IG08

G_M000_IG06:
       call     [Mmap.Spans.SpanLease:ThrowEnded()]
       int3

G_M000_IG07:
       mov      edi, 40
       call     [System.ThrowHelper:ThrowArgumentOutOfRangeException(int)]
       int3

G_M000_IG08:
       call     G_M000_IG12
       nop

G_M000_IG09:
       mov      eax, dword ptr [rbp-0x14]
       inc      eax
       mov      dword ptr [rbp-0x14], eax
       mov      esi, dword ptr [rbp-0x04]
       cmp      dword ptr [rbp-0x14], esi
       mov      rdi, gword ptr [rbp-0x50]
       jl       SHORT G_M000_IG04

G_M000_IG10:
       mov      rax, qword ptr [rbp-0x10]

G_M000_IG11:
       add      rsp, 96
       pop      rbp
       ret

G_M000_IG12:
       push     rax

G_M000_IG13:
       mov      rdi, gword ptr [rbp-0x58]
       cmp      gword ptr [rbp-0x58], 0
       je       SHORT G_M000_IG16

G_M000_IG14:
       mov      rax, qword ptr [rbp-0x38]
       cmp      byte  ptr [rax], al
       mov      rcx, qword ptr [rbp-0x48]
       and      rcx, 15
       mov      rdx, qword ptr [rax+8*rcx+0x80]
       cmp      rdx, qword ptr [rbp-0x48]
       je       SHORT G_M000_IG15
       mov      rdi, qword ptr [rbp-0x48]
       call     [Mmap.Spans.Regions.SpanPins:ReleaseReference(long)]
       jmp      SHORT G_M000_IG16

G_M000_IG15:
       xor      edx, edx
       mov      qword ptr [rax+8*rcx], rdx
       mov      rax, 0xD1FFAB1E
       test     qword ptr [rdi+0x78], rax
       je       SHORT G_M000_IG16
       call     [Mmap.Spans.Regions.Region:Report():this]

G_M000_IG16:
       nop

G_M000_IG17:
       add      rsp, 8
       ret

; Total bytes of code 262


