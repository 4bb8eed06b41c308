using Pile.Format;
using Pile.Tables.Csv;
using Pile.Tables.Ecsv;
using Pile.Tables.Fits;
using Pile.Tables.Fixed;
using Pile.Tables.Opening;
using Pile.Tables.Parquet;
using Pile.Tables.Text;
using Pile.Tables.VoTable;

namespace Pile.Tables;

/// <summary>Opens catalogues: CSV, TSV and other text tables, tables of IPAC, CDS and AAS, ECSV, FITS, VOTable and Parquet, detected by
/// their extension, each optionally compressed with gzip.</summary>
public static class TableReader
{
    /// <summary>Opens a table and reads its columns. A text file is read completely for this, because its types follow from all its
    /// values.</summary>
    /// <param name="path">A <c>.csv</c>; <c>.tsv</c> or <c>.tab</c>; <c>.txt</c>, <c>.dat</c>, <c>.ascii</c> or <c>.asc</c> (fields between
    /// blanks, or described by the CDS's <c>ReadMe</c> beside it); <c>.tbl</c> or <c>.ipac</c>; <c>.mrt</c>; <c>.ecsv</c>; <c>.fits</c> or
    /// <c>.fit</c> (<c>file.fits#2</c> or <c>file.fits#NAME</c> for an HDU); <c>.parquet</c>; <c>.vot</c> or <c>.xml</c> file (<c>#2</c> or
    /// <c>#NAME</c> for one of several tables), optionally followed by <c>.gz</c>. A text file that begins as ECSV is read as ECSV; other
    /// text than CSV and TSV that begins as IPAC or MRT is read as such.</param>
    /// <param name="options">Null for <see cref="TableReadOptions.Strict"/>.</param>
    /// <param name="cancellationToken">Cancels the first pass over a text file.</param>
    /// <exception cref="ArgumentException">The extension is not that of a table.</exception>
    /// <exception cref="SourceUnreadableException">The file is missing, empty, truncated, or has another format than its
    /// extension.</exception>
    /// <exception cref="ValueInvalidException">A row of a text table has too many or too few fields.</exception>
    public static ITableReader Open(string path, TableReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= TableReadOptions.Strict;
        TablePath source = TablePath.Parse(path);
        TableFormat format = FileSignature.Require(source);
        return format switch
        {
            TableFormat.Parquet => ParquetTable.Open(source),
            TableFormat.Ecsv => EcsvTable.Open(source, options),
            TableFormat.VoTable => VoTableFile.Open(source),
            TableFormat.Fits => FitsTableFile.Open(source),
            TableFormat.Ipac => Text(IpacHeader.Read),
            TableFormat.Mrt => SexagesimalTable.Of(Text(MrtHeader.Read)),
            TableFormat.Ascii when MrtHeader.BesideOf(source) is { } layout => SexagesimalTable.Of(Text(_ => layout)),
            _ => Text(CsvDialect.Sniff),
        };

        TextTable Text(Func<TablePath, TextLayout> find) => TextTable.Open(source, find, options, cancellationToken);
    }

    /// <summary>Returns the file of a table's path, without the part that may follow a <c>#</c> (<c>file.fits#2</c>). A <c>#</c> in the
    /// name of a file or folder does not begin a part.</summary>
    public static string FileOf(string path) => TablePath.FileOf(path);

    /// <summary>Opens a table like <see cref="Open"/>, on another thread.</summary>
    /// <inheritdoc cref="Open"/>
    public static Task<ITableReader> OpenAsync(string path, TableReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Task.Run(() => Open(path, options, cancellationToken), cancellationToken);
    }
}
