using System.Runtime.InteropServices;

namespace Pile.Format;

/// <summary>Puts a complete folder in the place of another one.</summary>
/// <remarks>Where the system can exchange two names in one step (Linux), each reader finds the earlier folder or the new one. Elsewhere the
/// earlier one is called <c>.&lt;name&gt;.pile-old</c> between two renames, and is restored after a kill.</remarks>
internal static partial class FolderReplacement
{
    private const string Ending = ".pile-old";

    // Of <fcntl.h> and <linux/fs.h>: paths are relative to the working directory, and both must exist.
    private const int WorkingDirectory = -100, Exchange = 2;
    private const int WriteAndSearch = 2 | 1; // W_OK and X_OK of <unistd.h>

    /// <summary>Moves a folder to its target. A folder that is there is deleted afterwards; it remains if the move fails.</summary>
    /// <param name="folder">The complete folder, in the same file system.</param>
    /// <param name="target">The target.</param>
    /// <exception cref="IOException">A folder cannot be renamed.</exception>
    internal static void Move(string folder, string target)
    {
        Recover(target);
        string? earlier = null;
        if (!Directory.Exists(target))
            Directory.Move(folder, target);
        else if (TryExchange(folder, target))
            earlier = folder;
        else
            RenameBoth(folder, target, earlier = AsideOf(target));
        DiskFlush.Folder(Path.GetDirectoryName(Path.GetFullPath(target))!);
        if (earlier is not null)
            TemporaryPath.Delete(earlier);
    }

    /// <summary>Returns the full path of an output folder. A link is followed, so that it stays, and the folder it names is
    /// replaced.</summary>
    internal static string TargetOf(string output)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        return Directory.Exists(path)
            && new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true) is DirectoryInfo { Exists: true } target
            ? Path.TrimEndingDirectorySeparator(target.FullName) : path;
    }

    /// <summary>Requires that a folder can be deleted after its replacement.</summary>
    /// <exception cref="OutputExistsException">A folder in it is write-protected.</exception>
    internal static void RequireDeletable(string folder)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder))
            return;
        foreach (string inside in Directory.EnumerateDirectories(folder, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint, // links are deleted, and not their targets
            IgnoreInaccessible = false,
        }).Prepend(folder))
            if (Access(inside, WriteAndSearch) != 0)
                throw new OutputExistsException(folder, $"It is not replaced, because '{inside}' is write-protected, so that its files "
                    + "cannot be deleted; grant write access (chmod -R u+w), or choose another folder");
    }

    /// <summary>Finishes a replacement that a kill interrupted: restores the earlier folder, or deletes it if the new one has its
    /// place.</summary>
    internal static void Recover(string target)
    {
        string earlier = AsideOf(target);
        if (!Directory.Exists(earlier))
            return;
        if (Directory.Exists(target))
            Directory.Delete(earlier, recursive: true);
        else
            Directory.Move(earlier, target);
    }

    /// <summary>Exchanges two names in one step. Some systems, C libraries and file systems (NFS) cannot; the reason of another failure
    /// comes again from a rename.</summary>
    internal static bool TryExchange(string folder, string target)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return Rename(WorkingDirectory, folder, WorkingDirectory, target, Exchange) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    private static string AsideOf(string target)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        return Path.Combine(Path.GetDirectoryName(path)!,
            $".{FileNameLimit.Fit(Path.GetFileName(path), ".".Length + Ending.Length)}{Ending}");
    }

    private static void RenameBoth(string folder, string target, string aside)
    {
        Directory.Move(target, aside);
        try
        {
            Directory.Move(folder, target);
        }
        catch
        {
            Directory.Move(aside, target);
            throw;
        }
    }

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int fromFolder, string from, int toFolder, string to, uint flags);
}
