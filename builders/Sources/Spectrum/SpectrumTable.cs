using Pile.Fits;
using Pile.Format;
using Pile.Tables;
using Pile.Tables.Opening;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>Spectra in tables of other formats than FITS, which are read as the FITS table of the same columns.</summary>
internal static class SpectrumTable
{
    /// <summary>Returns whether a file is a table of another format, by its extension.</summary>
    internal static bool IsOtherTable(string path) => TablePath.FormatOf(path) is not (null or TableFormat.Fits);

    /// <summary>Opens a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="numbers">The columns that hold wavelengths, flux and noise. In files whose types follow from their values, they become
    /// float64: in some files of a survey, all values are integers by chance.</param>
    /// <exception cref="PileException">It is unreadable, or FITS cannot represent it.</exception>
    internal static FitsFile Open(string path, IReadOnlySet<string> numbers)
    {
        string copy = TemporaryPath.InSystemFolder("spectrum") + ".fits";
        try
        {
            IReadOnlyList<FitsCard> keywords;
            using (ITableReader file = TableReader.Open(path))
            {
                keywords = (file as TableFile)?.Keywords ?? [];
                ITableReader table = WithFloats(file, numbers);
                Task.Run(() => TableWriter.WriteAsync(copy, table.Columns, table.ReadAsync(), new() { NameInMessages = path }))
                    .GetAwaiter().GetResult();
            }
            return FitsFile.OpenRead(path, copy, keywords);
        }
        finally
        {
            TemporaryPath.Delete(copy);
        }
    }

    private static ITableReader WithFloats(ITableReader table, IReadOnlySet<string> numbers)
    {
        Dictionary<string, DType> integers = table.Columns.Where(c => c.DType.IsInteger() && numbers.Contains(c.Name))
            .ToDictionary(c => c.Name, _ => DType.Float64, StringComparer.Ordinal);
        return integers.Count > 0 && TablePath.FormatOf(table.Path) is TableFormat.Csv or TableFormat.Tsv or TableFormat.Ascii
            or TableFormat.JsonLines ? new CastTable(table, integers) : table;
    }
}
