Mmap_Spans_Mmap_Spans_MappedFile__LeaseSpan:
8bae0:	push   %rbp
8bae1:	push   %r15
8bae3:	push   %r14
8bae5:	push   %r13
8bae7:	push   %r12
8bae9:	push   %rbx
8baea:	sub    $0x18,%rsp
8baee:	lea    0x40(%rsp),%rbp
8baf3:	mov    %rdi,%r13
8baf6:	mov    %rsi,%rbx
8baf9:	mov    %rdx,%r15
8bafc:	mov    %ecx,%r14d
8baff:	mov    0x18(%r13),%rdi
8bb03:	mov    0x50(%rdi),%ecx
8bb06:	mov    0x58(%rdi),%rsi
8bb0a:	test   %ecx,%ecx
8bb0c:	jne    8bb24 <__cxa_finalize@plt+0x840f4>
8bb0e:	cmp    %rsi,%r15
8bb11:	jae    8bb17 <__cxa_finalize@plt+0x840e7>
8bb13:	xor    %esi,%esi
8bb15:	jmp    8bb2a <__cxa_finalize@plt+0x840fa>
8bb17:	mov    %r15,%rax
8bb1a:	xor    %edx,%edx
8bb1c:	div    %rsi
8bb1f:	mov    %rax,%rsi
8bb22:	jmp    8bb2a <__cxa_finalize@plt+0x840fa>
8bb24:	mov    %r15,%rsi
8bb27:	shr    %cl,%rsi
8bb2a:	mov    0x10(%rdi),%rax
8bb2e:	mov    0x8(%rax),%ecx
8bb31:	cmp    %rsi,%rcx
8bb34:	jbe    8bb3d <__cxa_finalize@plt+0x8410d>
8bb36:	mov    0x10(%rax,%rsi,8),%r12
8bb3b:	jmp    8bb45 <__cxa_finalize@plt+0x84115>
8bb3d:	call   8ef10 <Mmap_Spans_Mmap_Spans_Regions_RegionDirectory__FindInRest>
8bb42:	mov    %rax,%r12
8bb45:	test   %r12,%r12
8bb48:	je     8bc51 <__cxa_finalize@plt+0x84221>
8bb4e:	mov    %r15,%rax
8bb51:	sub    0x50(%r12),%rax
8bb56:	mov    %rax,-0x30(%rbp)
8bb5a:	mov    %r14d,%edi
8bb5d:	add    %rax,%rdi
8bb60:	mov    0x34(%r12),%ecx
8bb65:	cmp    %rcx,%rdi
8bb68:	ja     8bc51 <__cxa_finalize@plt+0x84221>
8bb6e:	mov    %fs:0x0,%rax
8bb77:	lea    -0x120(%rax),%rax
8bb7e:	mov    (%rax),%rcx
8bb81:	test   %rcx,%rcx
8bb84:	je     8bc70 <__cxa_finalize@plt+0x84240>
8bb8a:	mov    0x8(%rcx),%rax
8bb8e:	mov    %rax,-0x38(%rbp)
8bb92:	test   %rax,%rax
8bb95:	je     8bc51 <__cxa_finalize@plt+0x84221>
8bb9b:	mov    %rax,%rdi
8bb9e:	mov    0x48(%r12),%rsi
8bba3:	mov    0x100(%rdi),%rcx
8bbaa:	inc    %rcx
8bbad:	mov    %rcx,0x100(%rdi)
8bbb4:	mov    %rcx,-0x40(%rbp)
8bbb8:	mov    %rcx,%rdx
8bbbb:	and    $0xf,%rdx
8bbbf:	lea    (%rdi,%rdx,8),%r8
8bbc3:	cmpq   $0x0,(%r8)
8bbc7:	jne    8bc51 <__cxa_finalize@plt+0x84221>
8bbcd:	mov    %rcx,0x80(%rdi,%rdx,8)
8bbd5:	mov    %rsi,(%r8)
8bbd8:	movabs $0x700000000,%rdi
8bbe2:	and    0x78(%r12),%rdi
8bbe7:	movabs $0x100000000,%rsi
8bbf1:	cmp    %rsi,%rdi
8bbf4:	jne    8bc3f <__cxa_finalize@plt+0x8420f>
8bbf6:	cmpb   $0x0,0x30(%r12)
8bbfc:	jne    8bc04 <__cxa_finalize@plt+0x841d4>
8bbfe:	movb   $0x1,0x30(%r12)
8bc04:	mov    -0x30(%rbp),%r15
8bc08:	add    0x58(%r12),%r15
8bc0d:	test   %r14d,%r14d
8bc10:	jl     8bc84 <__cxa_finalize@plt+0x84254>
8bc12:	mov    %r12,(%rbx)
8bc15:	mov    -0x38(%rbp),%r13
8bc19:	mov    %r13,0x8(%rbx)
8bc1d:	mov    -0x40(%rbp),%r13
8bc21:	mov    %r13,0x10(%rbx)
8bc25:	mov    %r15,0x18(%rbx)
8bc29:	mov    %r14d,0x20(%rbx)
8bc2d:	mov    %rbx,%rax
8bc30:	add    $0x18,%rsp
8bc34:	pop    %rbx
8bc35:	pop    %r12
8bc37:	pop    %r13
8bc39:	pop    %r14
8bc3b:	pop    %r15
8bc3d:	pop    %rbp
8bc3e:	ret
8bc3f:	mov    %r12,%rdi
8bc42:	mov    %rax,%rsi
8bc45:	mov    %rcx,%rdx
8bc48:	call   91ed0 <Mmap_Spans_Mmap_Spans_Regions_SpanPins__TryRescue>
8bc4d:	test   %eax,%eax
8bc4f:	jne    8bbf6 <__cxa_finalize@plt+0x841c6>
8bc51:	mov    %r13,%rdi
8bc54:	mov    %rbx,%rsi
8bc57:	mov    %r15,%rdx
8bc5a:	mov    %r14d,%ecx
8bc5d:	add    $0x18,%rsp
8bc61:	pop    %rbx
8bc62:	pop    %r12
8bc64:	pop    %r13
8bc66:	pop    %r14
8bc68:	pop    %r15
8bc6a:	pop    %rbp
8bc6b:	jmp    8c000 <Mmap_Spans_Mmap_Spans_MappedFile__LeaseSpanSlowly>
8bc70:	mov    %rax,%rdi
8bc73:	lea    0x5d3e6(%rip),%rax        # e9060 <__cxa_finalize@plt+0xe1630>
8bc7a:	call   *%rax <S_P_CoreLib_Internal_Runtime_ThreadStatics__GetInlinedThreadStaticBaseSlow>
8bc7c:	mov    %rax,%rcx
8bc7f:	jmp    8bb8a <__cxa_finalize@plt+0x8415a>
8bc84:	call   b9b70 <S_P_CoreLib_System_ThrowHelper__ThrowArgumentOutOfRangeException>
8bc89:	int3
Mmap_Spans_HitPath_HitPath__LeaseReadDispose:
98440:	push   %rbp
98441:	push   %r15
98443:	push   %r14
98445:	push   %r13
98447:	push   %r12
98449:	push   %rbx
9844a:	sub    $0x48,%rsp
9844e:	lea    0x70(%rsp),%rbp
98453:	xorps  %xmm8,%xmm8
98457:	movaps %xmm8,-0x50(%rbp)
9845c:	movaps %xmm8,-0x40(%rbp)
98461:	xor    %eax,%eax
98463:	mov    %rax,-0x30(%rbp)
98467:	mov    %rdi,%rbx
9846a:	xor    %r15d,%r15d
9846d:	test   %esi,%esi
9846f:	jle    98524 <__cxa_finalize@plt+0x90af4>
98475:	xor    %r14d,%r14d
98478:	mov    %esi,%r13d
9847b:	movslq %r14d,%rdx
9847e:	lea    -0x50(%rbp),%rsi
98482:	mov    %rbx,%rdi
98485:	mov    $0x8,%ecx
9848a:	cmp    %edi,(%rdi)
9848c:	call   8bae0 <Mmap_Spans_Mmap_Spans_MappedFile__LeaseSpan>
98491:	mov    -0x50(%rbp),%rdi
98495:	mov    %rdi,-0x68(%rbp)
98499:	mov    -0x48(%rbp),%rdi
9849d:	mov    %rdi,-0x58(%rbp)
984a1:	mov    -0x40(%rbp),%rdi
984a5:	mov    %rdi,-0x60(%rbp)
984a9:	cmpq   $0x0,-0x68(%rbp)
984ae:	je     984c1 <__cxa_finalize@plt+0x90a91>
984b0:	mov    -0x38(%rbp),%rdi
984b4:	mov    -0x30(%rbp),%esi
984b7:	cmp    $0x8,%esi
984ba:	jl     984c7 <__cxa_finalize@plt+0x90a97>
984bc:	add    (%rdi),%r15
984bf:	jmp    984d2 <__cxa_finalize@plt+0x90aa2>
984c1:	call   89720 <Mmap_Spans_Mmap_Spans_SpanLease__ThrowEnded>
984c6:	int3
984c7:	mov    $0x28,%edi
984cc:	call   b9e00 <S_P_CoreLib_System_ThrowHelper__ThrowArgumentOutOfRangeException_0>
984d1:	int3
984d2:	mov    -0x58(%rbp),%r12
984d6:	cmp    %r12b,(%r12)
984da:	mov    -0x60(%rbp),%rax
984de:	and    $0xf,%rax
984e2:	mov    0x80(%r12,%rax,8),%rdi
984ea:	cmp    -0x60(%rbp),%rdi
984ee:	jne    9850a <__cxa_finalize@plt+0x90ada>
984f0:	xor    %edi,%edi
984f2:	mov    %rdi,(%r12,%rax,8)
984f6:	mov    -0x68(%rbp),%rdi
984fa:	movabs $0xc00000000,%rsi
98504:	test   %rsi,0x78(%rdi)
98508:	je     98517 <__cxa_finalize@plt+0x90ae7>
9850a:	mov    -0x68(%rbp),%rdi
9850e:	mov    -0x60(%rbp),%rsi
98512:	call   896f0 <Mmap_Spans_Mmap_Spans_SpanLease__EndSlowly>
98517:	add    $0x8,%r14d
9851b:	dec    %r13d
9851e:	jne    9847b <__cxa_finalize@plt+0x90a4b>
98524:	mov    %r15,%rax
98527:	add    $0x48,%rsp
9852b:	pop    %rbx
9852c:	pop    %r12
9852e:	pop    %r13
98530:	pop    %r14
98532:	pop    %r15
98534:	pop    %rbp
98535:	ret
98536:	push   %rax
98537:	cmpq   $0x0,-0x68(%rbp)
9853c:	je     98583 <__cxa_finalize@plt+0x90b53>
9853e:	mov    -0x58(%rbp),%r12
98542:	cmp    %r12b,(%r12)
98546:	mov    -0x60(%rbp),%rax
9854a:	and    $0xf,%rax
9854e:	mov    0x80(%r12,%rax,8),%rdi
98556:	cmp    -0x60(%rbp),%rdi
9855a:	jne    98576 <__cxa_finalize@plt+0x90b46>
9855c:	xor    %edi,%edi
9855e:	mov    %rdi,(%r12,%rax,8)
98562:	mov    -0x68(%rbp),%rdi
98566:	movabs $0xc00000000,%rsi
98570:	test   %rsi,0x78(%rdi)
98574:	je     98583 <__cxa_finalize@plt+0x90b53>
98576:	mov    -0x68(%rbp),%rdi
9857a:	mov    -0x60(%rbp),%rsi
9857e:	call   896f0 <Mmap_Spans_Mmap_Spans_SpanLease__EndSlowly>
98583:	nop
98584:	add    $0x8,%rsp
98588:	ret
