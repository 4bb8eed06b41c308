namespace Pile.Publishing;

/// <summary>The result of an export.</summary>
/// <param name="Output">The folder.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Files">The number of data files.</param>
/// <param name="Bytes">Their total size in bytes.</param>
internal sealed record ExportSummary(string Output, long Rows, int Files, long Bytes)
{
    /// <summary>The layout of the files, for <see cref="DatasetExport.ToMmuAsync"/>; null otherwise.</summary>
    public string? Layout { get; init; }
}
