using Pile.Format;
using Pile.Tables.Csv;
using Pile.Tables.Ecsv;
using Pile.Tables.Fits;
using Pile.Tables.Opening;
using Pile.Tables.Parquet;
using Pile.Tables.VoTable;

namespace Pile.Tables;

/// <summary>Opens catalogues: CSV, ECSV, FITS, VOTable and Parquet, by their ending, each also compressed with gzip.</summary>
public static class TableReader
{
    /// <summary>Opens a table and reads what its columns are. A CSV file is read through once for that: its types follow from all its
    /// values.</summary>
    /// <param name="path">A <c>.csv</c>, <c>.ecsv</c>, <c>.fits</c> or <c>.fit</c> (<c>file.fits#2</c> or <c>file.fits#NAME</c> for an
    /// HDU), <c>.parquet</c>, <c>.vot</c> or <c>.xml</c> file (<c>#2</c> or <c>#NAME</c> for one of several tables), also followed by
    /// <c>.gz</c>. A <c>.csv</c>
    /// file that begins as ECSV is read as such.</param>
    /// <param name="options">Null: <see cref="TableReadOptions.Strict"/>.</param>
    /// <param name="cancellationToken">Ends the first pass over a CSV file.</param>
    /// <exception cref="ArgumentException">The ending is none of a table.</exception>
    /// <exception cref="SourceUnreadableException">The file is missing, empty, cut short, or not what its ending says.</exception>
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
            _ => CsvTable.Open(source, options, cancellationToken),
        };
    }

    /// <summary>The file of a table's path, without the part that may be named behind a <c>#</c> (<c>file.fits#2</c>). A <c>#</c> in the
    /// name of a file or folder begins no part.</summary>
    public static string FileOf(string path) => TablePath.FileOf(path);

    /// <summary>Opens a table as <see cref="Open"/> does, on another thread.</summary>
    /// <inheritdoc cref="Open"/>
    public static Task<ITableReader> OpenAsync(string path, TableReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Task.Run(() => Open(path, options, cancellationToken), cancellationToken);
    }
}
