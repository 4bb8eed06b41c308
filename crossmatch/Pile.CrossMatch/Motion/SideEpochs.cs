using System.Globalization;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The epochs of the positions of one side.</summary>
/// <param name="Year">The Julian year of all positions; null if it is unknown, or differs between rows.</param>
/// <param name="OfRows">A description of the columns of epochs that differ between rows; null if they do not.</param>
internal sealed record SideEpochs(double? Year, string? OfRows)
{
    /// <summary>True if the epochs of the rows are known.</summary>
    internal bool AreKnown => Year is not null || OfRows is not null;

    /// <summary>Returns false if the epochs of a side are unknown, without reading rows.</summary>
    /// <param name="side">The side.</param>
    /// <param name="stated">Its stated or declared epoch.</param>
    internal static bool MayBeKnown(MatchSide side, double? stated) =>
        stated is not null || MotionColumns.FindEpochs(side.Columns).Ra is not null;

    /// <summary>Finds the epochs of a side: the stated or declared one, otherwise those of its rows.</summary>
    /// <param name="side">The side.</param>
    /// <param name="stated">Its stated or declared epoch.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    internal static async Task<SideEpochs> OfAsync(MatchSide side, double? stated, CancellationToken cancellationToken)
    {
        (ColumnSchema? ra, ColumnSchema? dec) = MotionColumns.FindEpochs(side.Columns);
        if (stated is not null || ra is null)
            return new(stated, null);
        EpochRange? range = await side.EpochsAsync(ra, cancellationToken).ConfigureAwait(false);
        if (dec is not null && range is { } ofRa)
            range = await side.EpochsAsync(dec, cancellationToken).ConfigureAwait(false) is { } ofDec
                ? new(Math.Min(ofRa.First, ofDec.First), Math.Max(ofRa.Last, ofDec.Last)) : null;
        return range is { IsEmpty: true } ? new(null, null) : range is { } one && one.First == one.Last ? new(one.First, null)
            : new(null, string.Create(CultureInfo.InvariantCulture, $"the epochs in '{ra.Name}'{(dec is null ? "" : $" and '{dec.Name}'")}"
                + $"{(range is { } all ? $" from {all.First} to {all.Last}" : "")}"));
    }

    public override string ToString() => OfRows ?? string.Create(CultureInfo.InvariantCulture, $"epoch {Year}");
}
