using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Pile.Format;

/// <summary>Flushes files and folders to disk, so that they survive a power failure.</summary>
/// <remarks>.NET cannot flush a folder, and <c>FileStream.Flush(true)</c> returns normally when <c>fsync</c> fails with EIO. Both therefore
/// call the C library here.</remarks>
internal static partial class DiskFlush
{
    private const int ReadOnly = 0;
    private const int Interrupted = 4; // EINTR of <asm-generic/errno-base.h>
    private const int FoldersAtATime = 4;

    /// <summary>Flushes a file that has been written and closed.</summary>
    /// <exception cref="IOException">The operating system reports an error: bytes may be lost.</exception>
    public static void File(string path)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
            Flush(path, "file");
        else
            using (FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0))
                file.Flush(flushToDisk: true);
    }

    /// <summary>Flushes a folder: the names of files and folders that were created, renamed or deleted in it.</summary>
    /// <exception cref="IOException">The operating system reports an error: names may be lost.</exception>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
            Flush(path, "folder"); // Windows journals names itself
    }

    /// <summary>Flushes a folder and all folders in it.</summary>
    /// <remarks>A file system writes its journal once for folders that are flushed at the same time.</remarks>
    /// <exception cref="IOException">The operating system reports an error: names may be lost.</exception>
    public static void Tree(string path)
    {
        string[] folders = [path, .. Directory.EnumerateDirectories(path, "*", SearchOption.AllDirectories)];
        try
        {
            Parallel.ForEach(folders, new ParallelOptions { MaxDegreeOfParallelism = FoldersAtATime }, Folder);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static void Flush(string path, string kind)
    {
        int descriptor = Open(path, ReadOnly, 0);
        if (descriptor < 0)
            throw new IOException($"The {kind} '{path}' cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            while (Sync(descriptor) != 0)
                if (Marshal.GetLastPInvokeError() != Interrupted)
                    throw new IOException($"The {kind} '{path}' cannot be flushed to disk: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
