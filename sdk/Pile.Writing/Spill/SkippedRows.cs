using System.Globalization;
using System.Text;

namespace Pile.Writing.Spill;

/// <summary>The rows of one unit's source that were skipped, as lines of a CSV file that is created with the first one.</summary>
internal sealed class SkippedRows(string path) : IDisposable
{
    internal const string FileName = "skipped.csv";

    /// <summary>The first line of a dataset's list.</summary>
    internal const string Header = "file,row,reason";

    private StreamWriter? lines;

    internal long Count { get; private set; }

    internal void Add(string file, long? row, string reason)
    {
        lines ??= new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        lines.WriteLine(Line(file, row, reason));
        Count++;
    }

    /// <summary>Returns one line of the list. Rows are counted from 0; null for a file or an object that is skipped as a whole.</summary>
    internal static string Line(string file, long? row,
        string reason) => $"{Quoted(file)},{row?.ToString(CultureInfo.InvariantCulture)},{Quoted(reason)}";

    public void Dispose() => lines?.Dispose();

    private static string Quoted(string text) => text.AsSpan().ContainsAny("\",\r\n")
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
