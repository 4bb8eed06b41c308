using System.Collections.Immutable;
using Pile.Drawing;
using Pile.Format;
using Pile.Plotting;

namespace Pile.Review;

/// <summary>What a review found out about a dataset.</summary>
internal sealed record ReviewReport
{
    /// <summary>The folder or address.</summary>
    public required string Address { get; init; }

    /// <summary>The result of the validation.</summary>
    public required ValidationReport Validation { get; init; }

    /// <summary>False if the dataset could not be validated; it then has no findings.</summary>
    public bool IsValidated { get; init; } = true;

    /// <summary>False if the validation did not read the values outside of the index, of which damaged ones remain undetected.</summary>
    public bool HasReadShards { get; init; } = true;

    /// <summary>What qualifies a verdict without the shards.</summary>
    public const string WithoutShards = " as far as it was read (the content of shards was not: --deep reads every byte)";

    /// <summary>The manifest; null if it cannot be read.</summary>
    public Manifest? Manifest { get; init; }

    /// <summary>The layers whose fields are columns, each with its commit.</summary>
    public ImmutableArray<string> Layers { get; init; } = [];

    /// <summary>Why parts of the review are missing.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];

    /// <summary>The number of rows of which light columns were read.</summary>
    public long SampleRows { get; init; }

    /// <summary>The number of rows of which values were read and drawn.</summary>
    public int HeavySampleRows { get; init; }

    /// <summary>The number and bytes of the files of each kind.</summary>
    public ImmutableArray<(string Kind, int Files, long Bytes)> Files { get; init; } = [];

    public ImmutableArray<ColumnReview> Columns { get; init; } = [];

    public ImmutableArray<ChannelReview> Channels { get; init; } = [];

    /// <summary>The shapes of heavy columns in the sample, the most frequent first.</summary>
    public ImmutableArray<(string Column, string Shape, int Rows)> Shapes { get; init; } = [];

    /// <summary>Rows to look at first.</summary>
    public ImmutableArray<SuspiciousRow> Suspicious { get; init; } = [];

    /// <summary>The number of positions that several rows have; null if it was not counted.</summary>
    public long? RepeatedPositions { get; init; }

    public ImmutableArray<CheckItem> Checks { get; init; } = [];

    /// <summary>True if no check blocks the dataset.</summary>
    public bool IsAccepted => Checks.All(c => c.State != CheckState.Blocks);

    /// <summary>The map of the positions; null without positions.</summary>
    public SvgFigure? Sky { get; init; }

    /// <summary>Distributions of columns.</summary>
    public ImmutableArray<(string Column, SvgFigure Figure)> Distributions { get; init; } = [];

    /// <summary>Pictures of rows: suspicious ones first.</summary>
    public ImmutableArray<RowFigure> Gallery { get; init; } = [];
}

/// <summary>A column in a review.</summary>
/// <param name="Schema">The column.</param>
/// <param name="Statistics">The statistics of all values; null if the dataset has none.</param>
/// <param name="MissingFraction">The fraction of sampled rows without a value or with NaN, and of texts, lists and arrays that of all rows
/// without a value; null if it was not measured.</param>
/// <param name="OutlierCount">The number of sampled values far outside the central 98 %.</param>
/// <param name="Sentinels">Values that look like marks of missing values and are not declared, with their number in the sample.</param>
/// <param name="Codes">The codes of findings about the column.</param>
internal sealed record ColumnReview(ColumnSchema Schema, ColumnStatistics? Statistics, double? MissingFraction, long OutlierCount,
    ImmutableArray<(double Value, long Count)> Sentinels, ImmutableArray<string> Codes);

/// <summary>The pixels of one band of the sampled rows.</summary>
/// <param name="Column">The column.</param>
/// <param name="Band">The band.</param>
/// <param name="Moments">Of the finite pixels.</param>
/// <param name="EntropyBits">Shannon's entropy of 256 bins between the 0.5 % and the 99.5 % quantile.</param>
internal sealed record ChannelReview(string Column, string Band, Moments Moments, double EntropyBits);

/// <summary>A row to look at.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Column">The column.</param>
/// <param name="Reason">What is unusual.</param>
/// <param name="Command">A command that draws it.</param>
internal sealed record SuspiciousRow(string Id, string Column, string Reason, string Command);

/// <summary>The result of one check.</summary>
internal enum CheckState
{
    Passed,
    Note,
    Blocks,
}

/// <summary>A line of the checklist.</summary>
/// <param name="Text">What was checked.</param>
/// <param name="State">The result.</param>
/// <param name="Detail">What was found.</param>
internal sealed record CheckItem(string Text, CheckState State, string Detail);
