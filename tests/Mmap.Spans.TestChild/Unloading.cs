using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Mmap.Spans.TestChild;

/// <summary>A copy of the library in a context that is unloaded.</summary>
internal static class Unloading
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Uses a manager of the copy, disposes it and unloads.</summary>
    public static void Unload(string[] args)
    {
        WeakReference context = UseAndUnload(args[0]);
        long start = Stopwatch.GetTimestamp();
        int collections = 0;
        // Not a number of collections: threads of the pool close the undisposed files, and have the context until then.
        for (; context.IsAlive && Stopwatch.GetElapsedTime(start) < s_patience; collections++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Check.That(!context.IsAlive, "The context is unloaded.");
        Check.Report("collections", collections);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference UseAndUnload(string path)
    {
        var context = new AssemblyLoadContext("copy", isCollectible: true);
        Assembly copy = context.LoadFromAssemblyPath(typeof(MapManager).Assembly.Location);
        Check.That(copy != typeof(MapManager).Assembly, "It is a copy.");
        Use(copy, path);
        context.Unload();
        return new WeakReference(context);
    }

    /// <summary>A manager of its own and the shared one, each with a lease, a stream and an undisposed file.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Use(Assembly copy, string path)
    {
        Type type = copy.GetType(typeof(MapManager).FullName!, throwOnError: true)!;
        object own = type.GetConstructors().Single().Invoke([null]);
        object shared = type.GetProperty(nameof(MapManager.Shared))!.GetValue(null)!;
        foreach (object manager in (object[])[own, shared])
        {
            object file = Call(manager, nameof(MapManager.Open), path, null);
            using (var stream = (Stream)Call(file, nameof(MappedFile.OpenStream), 0L, null))
                Check.That(stream.ReadByte() >= 0, "The stream gives a byte.");
            ((IDisposable)Call(file, nameof(MappedFile.LeaseMemory), 0L, 10)).Dispose();
            ((IDisposable)file).Dispose();
            Call(manager, nameof(MapManager.Open), path, null);
            ((IDisposable)manager).Dispose();
        }
    }

    private static object Call(object target, string method, params object?[] arguments) =>
        target.GetType().GetMethods()
            .First(one => one.Name == method && one.GetParameters() is [var first, ..]
                && first.ParameterType == arguments[0]!.GetType())
            .Invoke(target, arguments)!;
}
