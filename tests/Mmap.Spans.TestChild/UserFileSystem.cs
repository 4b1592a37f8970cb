using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.TestChild;

/// <summary>
/// A file system in user space (FUSE) with three files of the same content: <c>refused</c>, which the kernel does not
/// map, <c>mapped</c>, which it maps, and <c>broken</c>, whose second half is on a bad disk. Speaks the kernel's
/// protocol itself, without a library or a helper. Looking for a file called <c>stop</c> ends it.
/// </summary>
/// <remarks>Source: linux/fuse.h, whose structures stand here as offsets; the version spoken is 7.31.</remarks>
internal static partial class UserFileSystem
{
    /// <summary>The exit code on a system without such file systems.</summary>
    public const int NotToBeHad = 99;

    private const int InHeaderBytes = 40;
    private const int OutHeaderBytes = 16;
    private const ulong Root = 1, Refused = 2, Mapped = 3, Broken = 4, Unseekable = 5;

    private enum Request : uint
    {
        Lookup = 1,
        Forget = 2,
        GetAttributes = 3,
        Open = 14,
        Read = 15,
        Release = 18,
        Flush = 25,
        Initialize = 26,
        Interrupt = 36,
        Destroy = 38,
        ForgetSeveral = 42,
    }

    /// <summary>The byte at an offset of both files.</summary>
    private static byte At(long offset) => (byte)((ulong)(offset * -7046029254386353131L) >> 56);

    /// <summary>Serves until the file <c>stop</c> is looked up.</summary>
    /// <param name="args">An empty folder to mount on, and the length of the files.</param>
    public static void Serve(string[] args)
    {
        long length = Check.Number(args[1]);
        using SafeFileHandle device = Mount(args[0]);
        try
        {
            using var requests = new FileStream(device, FileAccess.ReadWrite, bufferSize: 0);
            Serve(requests, length);
        }
        finally
        {
            const int EvenIfInUse = 2;
            Unmount(args[0], EvenIfInUse);
        }
    }

    private static void Serve(FileStream requests, long length)
    {
        byte[] request = new byte[256 << 10], reply = new byte[256 << 10];
        while (true)
        {
            // A request is read, and an answer written, whole or not at all.
            int read = requests.Read(request);
            if (read < InHeaderBytes) return;

            var kind = (Request)BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(4));
            ulong node = BinaryPrimitives.ReadUInt64LittleEndian(request.AsSpan(16));
            ReadOnlySpan<byte> body = request.AsSpan(InHeaderBytes, read - InHeaderBytes);
            // The kernel waits for no answer to these.
            if (kind is Request.Forget or Request.ForgetSeveral or Request.Interrupt) continue;

            int answer = Answer(kind, node, body, length, reply.AsSpan(OutHeaderBytes));
            int bytes = OutHeaderBytes + Math.Max(answer, 0);
            BinaryPrimitives.WriteInt32LittleEndian(reply, bytes);
            BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(4), Math.Min(answer, 0));
            request.AsSpan(8, 8).CopyTo(reply.AsSpan(8));
            requests.Write(reply.AsSpan(0, bytes));
            if (kind == Request.Destroy || (kind == Request.Lookup && NameIn(body) == "stop")) return;
        }
    }

    private static SafeFileHandle Mount(string folder)
    {
        try
        {
            SafeFileHandle device =
                File.OpenHandle("/dev/fuse", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (Mount("mmap-spans-tests", folder, "fuse", 0,
                $"fd={device.DangerousGetHandle()},rootmode=40000,user_id=0,group_id=0") == 0) return device;
            Console.Error.WriteLine($"mount: error {Marshal.GetLastPInvokeError()}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
        }

        Environment.Exit(NotToBeHad);
        throw new InvalidOperationException("The process has ended.");
    }

    /// <returns>The bytes of the answer, or an errno below 0.</returns>
    private static int Answer(Request kind, ulong node, ReadOnlySpan<byte> body, long length, Span<byte> answer)
    {
        const int NoSuchFile = -2, BadDisk = -5, NotOffered = -38;
        answer[..256].Clear();
        switch (kind)
        {
            case Request.Initialize:
                // Version, no read-ahead, no options, and writes of a page, which never come.
                BinaryPrimitives.WriteUInt32LittleEndian(answer, 7);
                BinaryPrimitives.WriteUInt32LittleEndian(answer[4..], 31);
                BinaryPrimitives.WriteUInt32LittleEndian(answer[20..], 4096);
                return 64;
            case Request.Lookup:
                ulong found = NameIn(body) switch
                {
                    "refused" => Refused,
                    "mapped" => Mapped,
                    "broken" => Broken,
                    "unseekable" => Unseekable,
                    _ => 0,
                };
                if (found == 0) return NoSuchFile;
                BinaryPrimitives.WriteUInt64LittleEndian(answer, found);
                WriteAttributes(found, length, answer[40..]);
                return 128;
            case Request.GetAttributes:
                WriteAttributes(node, length, answer[16..]);
                return 104;
            case Request.Open:
                // A file outside of the page cache cannot be mapped and shared.
                const uint WithoutPageCache = 1, WithoutPositions = 4;
                uint how = node switch { Refused => WithoutPageCache, Unseekable => WithoutPositions, _ => 0 };
                BinaryPrimitives.WriteUInt32LittleEndian(answer[8..], how);
                return 16;
            case Request.Read:
                long offset = BinaryPrimitives.ReadInt64LittleEndian(body[8..]);
                if (node == Broken && offset >= length / 2) return BadDisk;
                int count = (int)Math.Clamp(length - offset, 0, BinaryPrimitives.ReadUInt32LittleEndian(body[16..]));
                for (int i = 0; i < count; i++) answer[i] = At(offset + i);
                return count;
            case Request.Release or Request.Flush or Request.Destroy:
                return 0;
            default:
                return NotOffered;
        }
    }

    private static void WriteAttributes(ulong node, long length, Span<byte> attributes)
    {
        const uint Folder = 0x4000 | 0x16D, Readable = 0x8000 | 0x124;
        BinaryPrimitives.WriteUInt64LittleEndian(attributes, node);
        BinaryPrimitives.WriteInt64LittleEndian(attributes[8..], node == Root ? 0 : length);
        BinaryPrimitives.WriteUInt32LittleEndian(attributes[60..], node == Root ? Folder : Readable);
        BinaryPrimitives.WriteUInt32LittleEndian(attributes[64..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(attributes[80..], 4096);
    }

    private static string NameIn(ReadOnlySpan<byte> body) => Encoding.UTF8.GetString(body[..body.IndexOf((byte)0)]);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, nuint flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
