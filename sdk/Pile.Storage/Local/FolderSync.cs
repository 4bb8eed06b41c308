using System.Runtime.InteropServices;

namespace Pile.Storage;

/// <summary>Makes the names in a folder last through a power cut. .NET can flush files but not folders, so this calls the C library.</summary>
public static partial class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>Flushes a folder: the files and folders that were made, renamed or deleted in it.</summary>
    /// <exception cref="IOException">The system refused it.</exception>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return; // Windows journals names by itself
        int descriptor = Open(folder, ReadOnly, 0);
        if (descriptor < 0)
            throw new IOException($"The folder '{folder}' cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (Sync(descriptor) != 0)
                throw new IOException($"The folder '{folder}' cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}");
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
