namespace Pile.Tables.Opening;

/// <summary>The supported formats of tables.</summary>
internal enum TableFormat
{
    Csv,
    Ecsv,
    Fits,
    VoTable,
    Parquet,
}
