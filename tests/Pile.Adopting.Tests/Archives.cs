using System.Globalization;
using Pile.Storage;

namespace Pile.Adopting.Tests;

/// <summary>Archives of test folders.</summary>
internal static class Archives
{
    internal static FolderArchive Folder(string folder, FileArchiveOptions? options = null) =>
        new([new FolderSource(new ArchiveRoot("mount://data", new LocalFolder(folder)), [])], options);

    internal static TarArchive Tar(string path, FileArchiveOptions? options = null) => new([TarOf(path)], options);

    internal static TarSource TarOf(string path) =>
        new(new ArchiveRoot("mount://data", new LocalFolder(Path.GetDirectoryName(path)!)), Path.GetFileName(path));

    /// <summary>Settings with a name and a provenance.</summary>
    internal static AdoptSettings Settings { get; } = new()
    {
        Name = "test",
        Provenance = new()
        {
            Project = "p",
            Survey = "s",
            Instrument = "i",
            Release = "r",
            Licence = "l",
            Citation = "c",
            Builder = "",
            BuilderVersion = ""
        },
    };

    /// <summary>Runs Python and splits what it prints into lines of fields between tabs.</summary>
    internal static string[][] Python(string script, params string[] arguments) =>
        [.. TestKit.Python.Run(script, arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];

    /// <summary>Returns the MJD of a time in seconds since 1970, as Python prints it.</summary>
    internal static double MjdOf(string seconds) => 40587 + (double.Parse(seconds, CultureInfo.InvariantCulture) / 86400);

    /// <summary>The difference of times in days that rounding can make: a microsecond.</summary>
    internal const double Microsecond = 2e-11;
}
