using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Positional reads, which never fault: a truncated file returns fewer bytes.</summary>
internal static class FileReads
{
    /// <summary>The present length of a file, in bytes.</summary>
    public static long LengthOf(IHandleSource file)
    {
        using var rented = new RentedHandle(file);
        return RandomAccess.GetLength(rented.Handle);
    }

    /// <summary>The present length of a file and the time of its last write.</summary>
    public static FileLook LookAt(IHandleSource file)
    {
        using var rented = new RentedHandle(file);
        return file.Look(rented.Handle);
    }

    /// <summary>The harm of mapping a file.</summary>
    public static MappingHarm HarmOfMapping(IHandleSource file)
    {
        if (!file.MayBeHarmedByMapping) return MappingHarm.None;
        using var rented = new RentedHandle(file);
        return file.HarmOfMapping(rented.Handle);
    }

    /// <summary>Reads at <paramref name="offset"/>.</summary>
    /// <remarks>
    /// A rental costs two locked operations and more, and the framework's read takes a reference of its own anyway. So
    /// the open handle is used as it is, and one that is closed under it for another file's sake is rented.
    /// </remarks>
    public static int Read(IHandleSource file, long offset, Span<byte> destination)
    {
        if (file.Peek() is { } handle)
        {
            try
            {
                return ReadFully(file.Name, handle, offset, destination);
            }
            catch (ObjectDisposedException)
            {
                // Closed for now, or for good: to rent it opens it again, or says so.
            }
        }

        using var rented = new RentedHandle(file);
        return ReadFully(file.Name, rented.Handle, offset, destination);
    }

    /// <summary>As <see cref="Read(IHandleSource, long, Span{byte})"/>, and a look at the file afterwards.</summary>
    public static int Read(IHandleSource file, long offset, Span<byte> destination, out FileLook after)
    {
        using var rented = new RentedHandle(file);
        int read = ReadFully(file.Name, rented.Handle, offset, destination);
        after = file.Look(rented.Handle);
        return read;
    }

    /// <summary>Starts reading a range into the page cache; see <see cref="Advice.ReadAhead"/>.</summary>
    public static bool TryReadAhead(IHandleSource file, long offset, long length)
    {
        using var rented = new RentedHandle(file);
        return Advice.ReadAhead(rented.Handle, offset, length, file.Access);
    }

    /// <summary>Reads at <paramref name="offset"/> until the destination is full or the file ends.</summary>
    /// <returns>The number of bytes read; less than the destination only at the end of the file.</returns>
    /// <exception cref="IOException">The system cannot read it; the exception names the file and the range.</exception>
    public static int ReadFully(string name, SafeFileHandle handle, long offset, Span<byte> destination)
    {
        // No file has a byte at long.MaxValue. A range that ends after it is an error to the system, not a short read.
        int wanted = (int)Math.Min(destination.Length, long.MaxValue - offset), total = 0;
        try
        {
            while (total < wanted)
            {
                int read = RandomAccess.Read(handle, destination[total..wanted], offset + total);
                if (read == 0) break;
                total += read;
            }
        }
        catch (IOException e)
        {
            // The framework knows the names only of handles that it opened itself.
            var range = new FileRange(offset, destination.Length);
            throw new IOException($"Bytes {range} of '{name}' cannot be read: {SystemLimits.SentenceOf(e)}", e)
            {
                HResult = e.HResult,
            };
        }

        return total;
    }
}
