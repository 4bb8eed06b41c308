using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pile.Format;
using Pile.Tables.Opening;

namespace Pile.Builders.Sources.Snana;

/// <summary>A text file of SNANA, which has one object: a header of keys, and a line for each measurement.</summary>
internal sealed class SnanaText
{
    private const string Remedy = "Correct the line, or get the file again";
    private const int LongestShown = 60;

    private readonly Dictionary<string, HeaderEntry> header = new(StringComparer.Ordinal);
    private readonly List<(int Line, string[] Fields)> rows = [];
    private bool isInDocumentation, isAtEnd;

    private SnanaText(string path) => Path = path;

    internal string Path { get; }

    /// <summary>The values of the header, in the order of the file.</summary>
    internal IReadOnlyCollection<HeaderEntry> Header => header.Values;

    /// <summary>The columns of the measurements.</summary>
    internal ImmutableArray<string> Columns { get; private set; } = [];

    /// <summary>The fields of the measurements, and their lines in the file, from 1.</summary>
    internal IReadOnlyList<(int Line, string[] Fields)> Rows => rows;

    /// <summary>True if the file has other content, such as spectra, after the measurements.</summary>
    internal bool HasMore { get; private set; }

    /// <summary>Returns whether a file is a FITS file, compressed or not; false if it is unreadable.</summary>
    internal static bool IsFits(string path)
    {
        try
        {
            using Stream content = Location(path).OpenContent();
            Span<byte> first = stackalloc byte[9];
            int read = content.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
            return first[..read].SequenceEqual("SIMPLE  ="u8);
        }
        catch (Exception e) when (e is PileException or IOException or InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="PileException">The file is unreadable, truncated, or not of this format; file and line are named.</exception>
    internal static SnanaText Read(string path)
    {
        TablePath location = Location(path);
        SnanaText file = new(path);
        try
        {
            // Invalid bytes become U+FFFD, which is allowed in comments only: many files have comments in Latin-1.
            using StreamReader reader = new(location.OpenContent(), Encoding.UTF8);
            int line = 0;
            // To the end, because that is where gzip reports damage.
            while (reader.ReadLine() is { } text)
                file.Add(text, ++line);
            file.RequireComplete(line);
            return file;
        }
        catch (InvalidDataException e)
        {
            throw location.Broken(e);
        }
        catch (IOException e)
        {
            throw new SourceUnreadableException(path, $"it cannot be read ({e.Message.TrimEnd('.')})", "Check the file and its disk", e);
        }
    }

    /// <summary>Returns a value of the header; null if there is no such key, or if it has no value.</summary>
    internal HeaderEntry? Find(string name) => header.TryGetValue(name, out HeaderEntry? entry) && entry.Text.Length > 0 ? entry : null;

    /// <summary>Returns an integer of the header; null if there is no such key.</summary>
    /// <exception cref="SchemaMismatchException">It is not an integer.</exception>
    internal long? Integer(string name) => Find(name) is not { } entry ? null
        : long.TryParse(entry.Number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number
        : throw Invalid(entry.Line, name, $"'{entry.Text}' is not an integer");

    /// <summary>Creates the error of a line.</summary>
    internal SchemaMismatchException Invalid(int line, string? name, string finding, string remedy = Remedy) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Path}, line {line}"), name, finding, remedy);

    private static TablePath Location(string path) => new(path, path, null, TableFormat.Ascii);

    private void Add(string line, int number)
    {
        string text = WithoutComment(line).Trim();
        if (text.Length == 0)
            return;
        string first = text.Split((char[]?)null, 2)[0];
        if (isInDocumentation)
            isInDocumentation = first != "DOCUMENTATION_END:";
        else if (first == "SNID:" && (isAtEnd || rows.Count > 0))
            throw Invalid(number, "SNID", $"'{Shown(text)}' begins another object", "Split the file: a text file of SNANA has one object");
        else if (isAtEnd)
            HasMore = true;
        else if (text.Contains('\uFFFD', StringComparison.Ordinal))
            throw Invalid(number, null, $"'{Shown(text)}' is not UTF-8", "Convert the file, for example with iconv -f ISO-8859-1 -t UTF-8");
        else
            Add(first, text, number);
    }

    private void Add(string first, string text, int line)
    {
        switch (first)
        {
            case "DOCUMENTATION:":
                isInDocumentation = true;
                break;
            case "END:" or "END_PHOTOMETRY:":
                isAtEnd = true;
                break;
            case "VARLIST:" or "VARLIST": // Files of the Pantheon+ release omit the colon.
                AddColumns(text, line);
                break;
            case "OBS:":
                AddRow(text, line);
                break;
            default:
                AddHeader(first, text, line);
                break;
        }
    }

    private void AddColumns(string text, int line)
    {
        if (Columns.Length > 0)
            throw Invalid(line, "VARLIST", "the columns are defined a second time");
        Columns = [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Skip(1)];
        if (Columns.CountBy(name => name, StringComparer.Ordinal).FirstOrDefault(n => n.Value > 1).Key is { } twice)
            throw Invalid(line, "VARLIST", $"two columns are called '{twice}'");
    }

    private void AddRow(string text, int line)
    {
        string[] fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1..];
        if (Columns.Length == 0)
            throw Invalid(line, "OBS", "there is no 'VARLIST:' before the first measurement");
        if (fields.Length != Columns.Length)
            throw Invalid(line, "OBS", $"'{Shown(text)}' has {fields.Length} fields, but VARLIST has {Columns.Length}");
        rows.Add((line, fields));
    }

    private void AddHeader(string first, string text, int line)
    {
        if (!first.EndsWith(':'))
            throw Invalid(line, null, $"expected a key such as 'SNID:', found '{Shown(text)}'",
                "Use text files of SNANA with one object each, or correct the line");
        if (rows.Count > 0)
            return; // SNANA marks detections and the trigger between measurements.
        HeaderEntry[] entries = [.. HeaderEntry.Parse(text, line, (name, finding) => Invalid(line, name, finding))];
        if (entries.Length == 0)
            throw Invalid(line, null, $"'{Shown(first)}' is not a valid key");
        foreach (HeaderEntry entry in entries)
            if (!header.TryAdd(entry.Name, entry) && header[entry.Name] is var earlier && earlier.Text != entry.Text)
                throw Invalid(line, entry.Name, $"its value is '{Shown(entry.Text)}', but '{Shown(earlier.Text)}' in line {earlier.Line}");
    }

    private void RequireComplete(int lines)
    {
        if (lines == 0)
            throw new SourceUnreadableException(Path, "the file is empty", "Get the file again");
        if (isInDocumentation)
            throw Invalid(lines, "DOCUMENTATION", "the file ends without 'DOCUMENTATION_END:'");
        if (!isAtEnd)
            throw Invalid(lines, null, $"the file ends after {rows.Count} measurements without 'END:', so that it seems to be truncated",
                "Get the file again, or add a line 'END:' if it is complete");
        // NVAR is not compared with VARLIST, because it is wrong in public files; every line has the fields of VARLIST.
        if (Integer("NOBS") is { } declared && declared != rows.Count)
            throw Invalid(Find("NOBS")!.Line, "NOBS", $"it is {declared}, but there are {rows.Count} lines with 'OBS:'");
        if (rows.Count == 0 && Find("NOBS") is null)
            throw new SourceUnreadableException(Path, "there are neither 'NOBS:' nor lines with 'OBS:', so that it is not a light curve",
                "Leave out this file");
    }

    private static string WithoutComment(string line)
    {
        for (int i = line.IndexOf('#', StringComparison.Ordinal); i >= 0; i = line.IndexOf('#', i + 1))
            if (i == 0 || char.IsWhiteSpace(line[i - 1]))
                return line[..i];
        return line;
    }

    private static string Shown(string text) => text.Length > LongestShown ? $"{text[..LongestShown]}…" : text;
}
