using System.Text;
using Pile.Fits;
using Pile.Format;
using Pile.Sky;

namespace Pile.Tables;

public static partial class MocFile
{
    /// <summary>The endings of the files that <see cref="Write(string, Moc, bool)"/> writes.</summary>
    internal const string Endings = ".fits, .txt or .json";

    /// <summary>Returns whether the ending of a path is one of <see cref="Endings"/>.</summary>
    internal static bool IsWritable(string path) => FormatOf(path) is not null;

    /// <summary>Writes a map as FITS, as the string of the standard, or as JSON, by the ending of the path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="moc">The map.</param>
    /// <param name="replace">True to replace an existing file when the new one is complete.</param>
    /// <exception cref="OutputExistsException">The file exists and must not be replaced.</exception>
    /// <exception cref="PileException">The file cannot be written.</exception>
    internal static void Write(string path, Moc moc, bool replace) => Write(path, replace, (aside, format) =>
    {
        if (format == ".fits")
            Write(aside, moc);
        else
            File.WriteAllText(aside, (format == ".json" ? moc.ToJson() : moc.ToString()) + "\n", new UTF8Encoding(false));
    });

    /// <summary>Writes a space-time map as FITS, or as the string of the standard.</summary>
    /// <inheritdoc cref="Write(string, Moc, bool)"/>
    /// <exception cref="ArgumentException">The path ends in .json, which has no form for such maps.</exception>
    internal static void Write(string path, SpaceTimeMoc moc, bool replace) => Write(path, replace, (aside, format) =>
    {
        if (format == ".fits")
            File.WriteAllBytes(aside, SpaceTimeFits.ToBytes(moc));
        else if (format == ".txt")
            File.WriteAllText(aside, moc + "\n", new UTF8Encoding(false));
        else
            throw new ArgumentException($"'{path}': a space-time map is written as .fits or .txt.", nameof(path));
    });

    private static void Write(string path, bool replace, Action<string, string> write)
    {
        string format = FormatOf(path) ?? throw new ArgumentException($"'{path}' must end in {Endings}.", nameof(path));
        if (!replace && File.Exists(path))
            throw new OutputExistsException(path, "Remove it, or write to another name");
        string aside = TemporaryPath.Beside(path, ".partial");
        try
        {
            write(aside, format);
            DiskFlush.File(aside);
            CompleteFile.Move(aside, path, replace);
        }
        catch (Exception e) when (FileFault.Is(e) || e is FitsException)
        {
            string finding = (e is FitsException fits ? fits.Finding : FileFault.TextOf(e))
                .Replace($" : '{aside}'", "", StringComparison.Ordinal).Replace(aside, path, StringComparison.Ordinal);
            throw new OutputUnwritableException(path, $"it cannot be written: {finding.TrimEnd('.')}",
                "Free space or grant permission there, or specify another file", e);
        }
        finally
        {
            TemporaryPath.Delete(aside);
        }
    }

    private static string? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".fits" or ".fit" => ".fits",
        ".txt" or ".ascii" => ".txt",
        ".json" => ".json",
        _ => null,
    };
}
