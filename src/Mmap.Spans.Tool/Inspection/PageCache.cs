using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Tool.Inspection;

/// <summary>Asks the system which pages of a file are in the page cache. Reads no page.</summary>
// SAFETY: unsafe for the addresses passed to two system calls; each buffer is as long as the call is told.
internal static unsafe partial class PageCache
{
    /// <summary>The number of bytes that are mapped for one query.</summary>
    private const long PartBytes = 1L << 30;

    private const int CurrentFolder = -100;
    private const int MayWrite = 2;
    private const int Effective = 0x200;
    private const uint WantOwner = 0x8;

    /// <summary>The offset of the owner in Linux's <c>struct statx</c>.</summary>
    /// <remarks>Source: linux/stat.h; the layout is the same on every architecture.</remarks>
    private const int OwnerOffset = 20;
    private const int StatusBytes = 256;

    /// <summary>Queries the beginning of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="cells">The number of stretches in the answer; fewer if a stretch would be shorter than a
    /// page.</param>
    public static Residency Ask(string path, long length, int cells)
    {
        if (!OperatingSystem.IsLinux()) return Residency.Unknown("only Linux is asked for it");
        if (length == 0) return Residency.Unknown("the file is empty");
        // Linux reports every page as present to strangers, so that nobody learns from it what others read.
        if (!MayKnow(path))
            return Residency.Unknown("Linux tells it only to the file's owner and to who may write to it");
        try
        {
            return AskLinux(path, length, cells);
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return Residency.Unknown(e.Message);
        }
    }

    [SupportedOSPlatform("linux")]
    private static Residency AskLinux(string path, long length, int cells)
    {
        int pageBytes = Environment.SystemPageSize;
        long pages = (length + pageBytes - 1) / pageBytes;
        cells = (int)Math.Min(cells, pages);
        long[] there = new long[cells];
        byte[] answers = new byte[Math.Min(pages, PartBytes / pageBytes)];
        using SafeFileHandle handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        if (RandomAccess.GetLength(handle) < length)
            return Residency.Unknown("the system makes the file up, or it was cut");
        using var map = MemoryMappedFile.CreateFromFile(
            handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        for (long first = 0; first < pages; first += answers.Length)
        {
            int count = (int)Math.Min(answers.Length, pages - first);
            AskPart(map, first * pageBytes, Math.Min((long)count * pageBytes, length - first * pageBytes), answers);
            for (int i = 0; i < count; i++) there[CellOf(first + i, pages, cells)] += answers[i] & 1;
        }

        double[] parts = [.. there.Select((count, cell) => (double)count / PagesOf(cell, pages, cells))];
        long bytes = Math.Min(there.Sum() * pageBytes, length);
        return new Residency(parts, bytes, (double)there.Sum() / pages, null);
    }

    [SupportedOSPlatform("linux")]
    private static void AskPart(MemoryMappedFile map, long offset, long length, byte[] answers)
    {
        using MemoryMappedViewAccessor view = map.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read);
        fixed (byte* answer = answers)
        {
            // SAFETY: the view, which begins at a page, stays mapped until it is disposed; there is one answer each for
            // its pages. No page is touched, so a file that is cut meanwhile does no harm.
            nint address = view.SafeMemoryMappedViewHandle.DangerousGetHandle();
            if (InCore(address, (nuint)length, answer) != 0)
                throw new IOException($"The system does not tell it: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>The cell of a page; the last page is in the last cell.</summary>
    private static int CellOf(long page, long pages, int cells) => (int)((Int128)page * cells / pages);

    /// <summary>The number of pages in a cell.</summary>
    private static long PagesOf(int cell, long pages, int cells) =>
        FirstOf(cell + 1, pages, cells) - FirstOf(cell, pages, cells);

    private static long FirstOf(int cell, long pages, int cells) => (long)(((Int128)cell * pages + cells - 1) / cells);

    [SupportedOSPlatform("linux")]
    private static bool MayKnow(string path)
    {
        if (AccessAt(CurrentFolder, path, MayWrite, Effective) == 0) return true;
        byte* status = stackalloc byte[StatusBytes];
        // SAFETY: the buffer is as long as the kernel's structure, and the owner lies in it.
        return StatX(CurrentFolder, path, 0, WantOwner, status) == 0
            && *(uint*)(status + OwnerOffset) == EffectiveUser();
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "mincore", SetLastError = true)]
    private static partial int InCore(nint address, nuint length, byte* answers);

    // SAFETY: the marshaller's copy of the path ends with a zero and lives through the call.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "faccessat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AccessAt(int folder, string path, int mode, int flags);

    // SAFETY: as above; the caller's buffer is as long as the kernel's structure.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte* status);

    // SAFETY: no arguments, and it cannot fail.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
