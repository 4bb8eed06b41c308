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
    /// <exception cref="PileException">It is unreadable, or FITS cannot represent it.</exception>
    internal static FitsFile Open(string path)
    {
        string copy = TemporaryPath.InSystemFolder("spectrum") + ".fits";
        try
        {
            IReadOnlyList<FitsCard> keywords;
            using (ITableReader table = TableReader.Open(path))
            {
                keywords = (table as TableFile)?.Keywords ?? [];
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
}
