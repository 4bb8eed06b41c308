using Pile.Format;

namespace Pile.Publishing;

/// <summary>How a dataset is exported.</summary>
internal sealed record ExportOptions
{
    /// <summary>The layout of the files, for <see cref="DatasetExport.ToMmuAsync"/>: the name of a loader such as <c>sdss</c>, or the
    /// modality of the dataset for a table of its own columns. Null to choose the loader by the dataset's provenance, or else the
    /// modality.</summary>
    public string? Layout { get; init; }

    /// <summary>The column of chips, for <see cref="DatasetExport.ToNpzAsync"/>; null (the default) for the main one.</summary>
    public string? Column { get; init; }

    /// <summary>The number of rows of a file of <see cref="DatasetExport.ToNpzAsync"/>, at least 1.</summary>
    public int Rows { get; init; } = 128;

    /// <summary>The columns, for <see cref="DatasetExport.ToTablesAsync"/>; null (the default) for all.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The number of rows of a file of <see cref="DatasetExport.ToTablesAsync"/>, at least 1; null (the default) for one
    /// file.</summary>
    public long? FileRows { get; init; }

    /// <summary>The dataset's page on the web, for cards; null (the default) for the dataset's address if it is on the web.</summary>
    public string? Url { get; init; }

    /// <summary>The date of publication, for cards; null (the default) to leave it out.</summary>
    public DateOnly? Published { get; init; }

    /// <summary>Returns the option of DuckDB's <c>COPY</c> that writes units, UCDs and descriptions of columns to a Parquet file, for
    /// <see cref="DatasetExport.ToHatsAsync"/>; null (the default) to write none.</summary>
    public Func<IReadOnlyList<ColumnSchema>, string>? ParquetMetadata { get; init; }

    /// <summary>Replaces an earlier export at the output.</summary>
    public bool Replace { get; init; }

    /// <summary>The number of files written at the same time, at least 1.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Receives messages for people, such as the layout that was chosen.</summary>
    public Action<string>? OnMessage { get; init; }

    /// <summary>Receives progress reports; called often, from several threads.</summary>
    public IProgress<PhaseProgress>? Progress { get; init; }
}
