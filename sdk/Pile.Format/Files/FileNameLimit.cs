using System.Globalization;
using System.Text;

namespace Pile.Format;

/// <summary>The length of file names: a temporary name that is made from another name must not exceed the limit if the other one does
/// not.</summary>
internal static class FileNameLimit
{
    /// <summary>The longest name: NAME_MAX of Linux and macOS in bytes of UTF-8. NTFS has the same limit in units of UTF-16.</summary>
    internal const int MaxBytes = 255;

    private const int HashBytes = 17; // with its separator

    /// <summary>Returns a name to which text is added: the name itself if the result is not too long, otherwise its start and a hash of
    /// it. The same name gives the same result.</summary>
    /// <param name="name">The name, without folders.</param>
    /// <param name="addedBytes">The length of the added text in bytes of UTF-8.</param>
    internal static string Fit(string name, int addedBytes)
    {
        int limit = MaxBytes - addedBytes;
        if (LengthOf(name) <= limit)
            return name;
        StringBuilder start = new();
        int bytes = HashBytes;
        foreach (Rune rune in name.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > limit)
                break;
            start.Append(rune.ToString());
        }
        ulong hash = 14695981039346656037; // FNV-1a, as in TemporaryPath
        foreach (char c in name)
            hash = (hash ^ c) * 1099511628211;
        return string.Create(CultureInfo.InvariantCulture, $"{start}~{hash:x16}");
    }

    /// <summary>Rejects a path whose last name is too long for file systems.</summary>
    /// <exception cref="OutputUnwritableException">The name is too long.</exception>
    internal static void Require(string path)
    {
        int bytes = LengthOf(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)));
        if (bytes > MaxBytes)
            throw new OutputUnwritableException(path,
                $"its name has {bytes} {(OperatingSystem.IsWindows() ? "characters" : "bytes")}; at most {MaxBytes} are possible",
                "Choose a shorter name");
    }

    /// <summary>Returns the length of a name in the unit of the limit.</summary>
    internal static int LengthOf(string name) => OperatingSystem.IsWindows() ? name.Length : Encoding.UTF8.GetByteCount(name);
}
