using System.Globalization;
using System.IO.Enumeration;

namespace Pile.Format;

/// <summary>Creates names for temporary files and folders that identify the process they belong to. A later process deletes those of
/// processes that were killed.</summary>
/// <remarks>The name contains a hash of the boot and the PID namespace, the process id and its start time. Files of another boot, another
/// machine or a running process are not deleted.</remarks>
internal static class TemporaryPath
{
    private static readonly string Host = HostOf();
    private static readonly string Mark = string.Create(CultureInfo.InvariantCulture,
        $"{Host}-{Environment.ProcessId}-{StartOf(Environment.ProcessId)}");
    private static readonly EnumerationOptions Hidden = new() { AttributesToSkip = FileAttributes.None }; // names begin with a dot
    private const int AddedBytes = 127; // more than the mark, a GUID, and endings that writers add
    private static int isSystemFolderClean;

    /// <summary>Returns an unused path in the system's temporary folder, and deletes what killed processes left there.</summary>
    /// <param name="kind">The purpose of the file or folder: one word.</param>
    public static string InSystemFolder(string kind)
    {
        string folder = Path.GetTempPath();
        if (Interlocked.Exchange(ref isSystemFolderClean, 1) == 0)
            RemoveAbandoned(folder, "pile-");
        return Path.Combine(folder, $"pile-{kind}-{Mark}-{Guid.NewGuid():N}");
    }

    /// <summary>Creates a folder in the system's temporary folder that only this user can read.</summary>
    /// <param name="kind">The purpose of the folder: one word.</param>
    /// <exception cref="IOException">The folder cannot be created; the message names TMPDIR.</exception>
    public static string CreateSystemFolder(string kind)
    {
        string path = InSystemFolder(kind);
        CreateSystemFolderAt(path);
        return path;
    }

    /// <summary>Creates a folder at a path of <see cref="InSystemFolder"/> that only this user can read.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">The folder cannot be created; the message names TMPDIR.</exception>
    public static void CreateSystemFolderAt(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        // A folder for temporary files that does not exist is a mistake in TMPDIR, not a folder to create.
        if (!Directory.Exists(folder))
            throw Unusable(folder, "there is no such folder", null);
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Unusable(folder, "it is not writable (permission denied)", e);
        }
        catch (IOException e)
        {
            throw Unusable(folder, e.Message.Replace($" : '{path}'", "", StringComparison.Ordinal).TrimEnd('.'), e);
        }
    }

    private static IOException Unusable(string folder, string reason, Exception? inner) => new(
        $"The temporary folder '{folder}' cannot be used: {reason}. Set TMPDIR to a writable folder on a disk with free space.", inner);

    /// <summary>Returns a path for writing a file before it is renamed, in the same
    /// folder, and deletes what killed processes left of the same file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ending">The extension of the temporary name, with its dot.</param>
    /// <exception cref="OutputUnwritableException">The name of the file is too long.</exception>
    public static string Beside(string path, string ending)
    {
        path = CompleteFile.TargetOf(path); // in the same file system
        FileNameLimit.Require(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string prefix = $".{FileNameLimit.Fit(Path.GetFileName(path), AddedBytes)}.";
        RemoveAbandoned(folder, prefix);
        return Path.Combine(folder, $"{prefix}{Mark}-{Guid.NewGuid():N}{ending}");
    }

    /// <summary>Returns whether a message contains the name of a temporary file of this process.</summary>
    internal static bool IsNamedIn(string message) => message.Contains(Mark, StringComparison.Ordinal);

    /// <summary>Deletes a temporary file or folder. If that fails, a later process deletes it.</summary>
    public static void Delete(string path)
    {
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A later process deletes it.
        }
    }

    private static void RemoveAbandoned(string folder, string prefix)
    {
        try
        {
            FileSystemEnumerable<string> found = new(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), Hidden)
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.FileName.StartsWith(prefix, StringComparison.Ordinal),
            };
            foreach (string path in found)
                if (IsAbandoned(Path.GetFileName(path)[prefix.Length..]))
                    Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder does not exist or cannot be listed; writing to it reports the error.
        }
    }

    // The rest of a name is [kind-]HOST-PID-START-GUID[.ending].
    private static bool IsAbandoned(string name)
    {
        string[] parts = name.Split('-', '.');
        int at = Array.IndexOf(parts, Host);
        return Host.Length > 0 && at is 0 or 1 && parts.Length >= at + 4 && Guid.TryParseExact(parts[at + 3], "N", out _)
            && int.TryParse(parts[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int processId)
            && long.TryParse(parts[at + 2], NumberStyles.None, CultureInfo.InvariantCulture, out long start) && StartOf(processId) != start;
    }

    // Empty if the system does not identify boots: then nothing is ever deleted.
    private static string HostOf()
    {
        try
        {
            string identity = File.ReadAllText("/proc/sys/kernel/random/boot_id") + new FileInfo("/proc/self/ns/pid").LinkTarget;
            uint hash = 2166136261; // FNV-1a: loading OpenSSL for a better hash takes longer than a small match
            foreach (char c in identity)
                hash = (hash ^ c) * 16777619;
            return hash.ToString("x8", CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Returns the start time of a process in clock ticks since boot:
    /// field 22 of /proc/PID/stat, see proc(5); 0 if it is not running.</summary>
    private static long StartOf(int processId)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // the name may contain anything
            return fields[0] is "Z" or "X" ? 0 : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
