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

    /// <summary>Finds the epochs of a side: the declared one, otherwise those of its rows, otherwise the stated one, as rows are
    /// moved.</summary>
    /// <param name="side">The side.</param>
    /// <param name="stated">The epoch that the caller states; null without one.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    internal static async Task<SideEpochs> OfAsync(MatchSide side, double? stated, CancellationToken cancellationToken)
    {
        (ColumnSchema? ra, ColumnSchema? dec) = MotionColumns.FindEpochs(side.Columns);
        if (ra is null || (stated is null && side.EpochYear is not null))
            return new(stated ?? side.EpochYear, null);
        EpochRange? range = await side.EpochsAsync(ra, cancellationToken).ConfigureAwait(false);
        if (dec is not null && range is { } ofRa)
            range = await side.EpochsAsync(dec, cancellationToken).ConfigureAwait(false) is { } ofDec
                ? new(Math.Min(ofRa.First, ofDec.First), Math.Max(ofRa.Last, ofDec.Last)) : null;
        if (stated is { } year && (range is not { IsEmpty: false } known || (known.First == year && known.Last == year)))
            return new(stated, null);
        return range is { IsEmpty: true } ? new(null, null)
            : range is { } one && one.First == one.Last && stated is null ? new(one.First, null)
            : new(null, string.Create(CultureInfo.InvariantCulture, $"the epochs in '{ra.Name}'{(dec is null ? "" : $" and '{dec.Name}'")}"
                + $"{(range is { } all ? $" from {all.First} to {all.Last}" : "")}"
                + $"{(stated is null ? "" : $", and {stated} for rows without one")}"));
    }

    public override string ToString() => OfRows ?? string.Create(CultureInfo.InvariantCulture, $"epoch {Year}");
}
