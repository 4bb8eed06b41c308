using Pile.Format;
using Pile.Tables.Arrow;
using Pile.Tables.Csv;
using Pile.Tables.Ecsv;
using Pile.Tables.Fits;
using Pile.Tables.Fixed;
using Pile.Tables.Json;
using Pile.Tables.Opening;
using Pile.Tables.Parquet;
using Pile.Tables.Text;
using Pile.Tables.VoTable;

namespace Pile.Tables;

/// <summary>Opens catalogues: CSV, TSV and other text tables, tables of IPAC, CDS, AAS and SExtractor, ECSV, JSON Lines, FITS, VOTable,
/// Parquet and Arrow, detected by their extension, each optionally compressed with gzip.</summary>
/// <remarks>
/// JSON Lines have one object per line; blank lines are ignored. The columns are its keys, in the order of their first appearance. A key
/// that is missing or null in a row is null. The type of a column follows from all its values: bool, int64, uint64, float64 or text;
/// numbers and booleans together with text become text as written. <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> without quotes, which
/// Python writes, are numbers; in quotes, they are text. The keys of an object become columns <c>outer.inner</c>, a list of single values
/// becomes a list column, and a list of objects becomes lists <c>outer.inner</c> of equal length, as a LIST of STRUCT in Parquet. An
/// element that is missing in a list is NaN in a list of numbers (of float64 then) and empty in a list of texts; lists of integers beyond
/// 2⁵³ or of booleans with missing elements are lists of texts, as written. Lists in a list become an array, if the lists of one
/// level have the same length; deeper nesting of objects is an error.
/// </remarks>
public static class TableReader
{
    /// <summary>Opens a table and reads its columns. A text file is read completely for this, because its types follow from all its
    /// values.</summary>
    /// <param name="path">A <c>.csv</c>; <c>.tsv</c> or <c>.tab</c>; <c>.txt</c>, <c>.dat</c>, <c>.cat</c>, <c>.ascii</c> or <c>.asc</c>
    /// (fields between blanks, or described by the CDS's <c>ReadMe</c> beside it); <c>.tbl</c> or <c>.ipac</c>; <c>.mrt</c>; <c>.ecsv</c>;
    /// <c>.jsonl</c>, <c>.ndjson</c> or <c>.json</c> (an object per line); <c>.fits</c>, <c>.fit</c>, <c>.fts</c>, <c>.evt</c>,
    /// <c>.fits.fz</c> or <c>.fit.fz</c>
    /// (<c>file.fits#2</c> or <c>file.fits#NAME</c> for an HDU); <c>.parquet</c>; <c>.arrow</c>, <c>.arrows</c>,
    /// <c>.feather</c> (version 2) or <c>.ipc</c>; <c>.vot</c> or <c>.xml</c> file (<c>#2</c> or
    /// <c>#NAME</c> for one of several tables), optionally followed by <c>.gz</c>. A text file that begins as ECSV is read as ECSV; other
    /// text than CSV and TSV that begins as IPAC, MRT or a catalogue of SExtractor is read as such.</param>
    /// <param name="options">Null for <see cref="TableReadOptions.Strict"/>.</param>
    /// <param name="cancellationToken">Cancels the first pass over a text file.</param>
    /// <exception cref="ArgumentException">The extension is not that of a table.</exception>
    /// <exception cref="SourceUnreadableException">The file is missing, empty, truncated, or has another format than its
    /// extension.</exception>
    /// <exception cref="ValueInvalidException">A row of a text table has too many or too few fields, a line of JSON Lines is invalid, or a
    /// column of JSON Lines has values that have no common type.</exception>
    public static ITableReader Open(string path, TableReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= TableReadOptions.Strict;
        TablePath source = TablePath.Parse(path);
        TableFormat format = FileSignature.Require(source);
        string? note = null;
        return format switch
        {
            TableFormat.Parquet => ParquetTable.Open(source, options, cancellationToken),
            TableFormat.Arrow => ArrowTable.Open(source, options, cancellationToken),
            TableFormat.Ecsv => EcsvTable.Open(source, options),
            TableFormat.JsonLines => JsonTable.Open(source, options, cancellationToken),
            TableFormat.VoTable => VoTableFile.Open(source, options),
            TableFormat.Fits => FitsTableFile.Open(source, options),
            TableFormat.Ipac => Text(IpacHeader.Read),
            TableFormat.Mrt => SexagesimalTable.Of(Text(MrtHeader.Read)),
            TableFormat.Ascii when CdsReadMe.Describe(source, out note) is { } layout => SexagesimalTable.Of(Text(_ => layout)),
            TableFormat.Ascii => Text(path => SExtractorLayout.Detect(path) ?? (TextLayout)CsvDialect.Sniff(path, format), note),
            _ => Text(path => CsvDialect.Sniff(path, format)),
        };

        TextTable Text(Func<TablePath, TextLayout> find, string? note = null) =>
            TextTable.Open(source, find, options, cancellationToken, note);
    }

    /// <summary>Returns the file of a table's path, without the part that may follow a <c>#</c> (<c>file.fits#2</c>). A <c>#</c> in the
    /// name of a file or folder does not begin a part.</summary>
    public static string FileOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return TablePath.FileOf(path);
    }

    /// <summary>Opens a table like <see cref="Open"/>, on another thread.</summary>
    /// <inheritdoc cref="Open"/>
    public static Task<ITableReader> OpenAsync(string path, TableReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Task.Run(() => Open(path, options, cancellationToken), cancellationToken);
    }
}
