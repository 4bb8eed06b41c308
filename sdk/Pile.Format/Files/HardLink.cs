using System.Runtime.InteropServices;

namespace Pile.Format;

/// <summary>Gives a file a second name, so that its bytes are stored once.</summary>
internal static partial class HardLink
{
    // The errors of <asm-generic/errno-base.h> and <asm-generic/errno.h> with which a file system refuses a link.
    private const int NotPermitted = 1, OtherFileSystem = 18, TooManyLinks = 31, NotSupported = 95;

    /// <summary>Creates a name for an existing file.</summary>
    /// <param name="existing">The file.</param>
    /// <param name="path">The new name, which must not exist.</param>
    /// <returns>False if the file system has no links between these places, or the file has too many.</returns>
    /// <exception cref="IOException">The operating system reports another error.</exception>
    public static bool TryCreate(string existing, string path)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return false;
        if (Link(existing, path) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is NotPermitted or OtherFileSystem or TooManyLinks or NotSupported ? false
            : throw new IOException($"'{path}' cannot be linked to '{existing}': {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string path);
}
