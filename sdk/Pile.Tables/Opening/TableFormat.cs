namespace Pile.Tables.Opening;

/// <summary>The supported formats of tables.</summary>
internal enum TableFormat
{
    Csv,

    /// <summary>Fields between tabs.</summary>
    Tsv,

    /// <summary>Plain text: fields between blanks or another delimiter, a table of the CDS, or one of the formats below.</summary>
    Ascii,

    /// <summary>The table format of IPAC.</summary>
    Ipac,

    /// <summary>The machine-readable table of the AAS, with a byte-by-byte description.</summary>
    Mrt,

    Ecsv,

    /// <summary>A JSON object per line.</summary>
    JsonLines,

    Fits,
    VoTable,
    Parquet,

    /// <summary>Apache Arrow's interprocess format as a file or a stream; version 2 of Feather is the file.</summary>
    Arrow,
}
