using Pile.Format;
using Pile.Reading;
using Pile.Sky;

namespace Pile.Cli.Commands;

/// <summary>What <c>pile info</c> shows of a dataset.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="ContentHash">The hash of its rows; null if its files have no checksums, or the list of files cannot be read.</param>
/// <param name="SelectedRows">The number of rows; those of the query if it is a saved one.</param>
/// <param name="Statistics">The statistics by column; null if they are not shown.</param>
/// <param name="References">The files outside the dataset; null if it refers to none.</param>
/// <param name="Coverage">The cells with rows; null if they are not shown.</param>
internal sealed record InfoFacts(Dataset Dataset, string? ContentHash, long SelectedRows,
    Dictionary<string, ColumnStatistics>? Statistics, ReferenceFacts? References, Moc? Coverage);
