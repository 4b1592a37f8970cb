// The library's files are compiled with these names in place of the framework's: an alias wins over a using directive.
// Every operation by which two threads can notice each other so becomes a step of the scheduler.
global using Debug = Mmap.Spans.Scheduled.Shim.Debug;
global using Interlocked = Mmap.Spans.Scheduled.Shim.Interlocked;
global using Monitor = Mmap.Spans.Scheduled.Shim.Monitor;
global using NativeMemory = Mmap.Spans.Scheduled.Shim.NativeMemory;
global using Thread = Mmap.Spans.Scheduled.Shim.Thread;
global using Volatile = Mmap.Spans.Scheduled.Shim.Volatile;
