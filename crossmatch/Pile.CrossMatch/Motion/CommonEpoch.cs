using System.Globalization;

namespace Pile.CrossMatch;

/// <summary>Brings the positions of both sides to a common epoch.</summary>
/// <remarks>The epoch is <see cref="CrossMatchOptions.EpochYear"/>. Without it, if the epochs of the sides are known and differ, a side
/// with proper motions is moved to the epoch of the other: A if both have them. A side whose rows have different epochs can be moved, but
/// no side is moved to it.</remarks>
internal static class CommonEpoch
{
    // Proper motions of a typical star of Gaia, and of a star in the neighbourhood of the Sun.
    private const double TypicalMasPerYr = 10, NearbyMasPerYr = 100;

    /// <summary>The range of epochs. Years such as 0 and 99999 mark missing values.</summary>
    internal const double EarliestYear = 1750, LatestYear = 2150;

    /// <summary>Returns the sides, those that move replaced by a <see cref="MovedSide"/>.</summary>
    /// <exception cref="ArgumentException">An epoch is out of range, or the epoch of a side is unknown.</exception>
    internal static async Task<(MatchSide A, MatchSide? B)> ApplyAsync(MatchSide a, MatchSide? b, CrossMatchOptions options,
        CancellationToken cancellationToken)
    {
        Check(options.EpochYear, nameof(options.EpochYear));
        Check(options.EpochYearA, nameof(options.EpochYearA));
        Check(options.EpochYearB, nameof(options.EpochYearB));
        double? ofA = options.EpochYearA ?? a.EpochYear, ofB = options.EpochYearB ?? b?.EpochYear;
        ReportRows(a, options.EpochYearA, nameof(options.EpochYearA), options);
        ReportRows(b, options.EpochYearB, nameof(options.EpochYearB), options);
        if (options.EpochYear is { } common)
            return (Required(a, ofA, common, "A", options), b is null ? null : Required(b, ofB, common, "B", options));
        if (b is null)
            return (a, b);
        (bool mayBeKnownA, bool mayBeKnownB) = (SideEpochs.MayBeKnown(a, ofA), SideEpochs.MayBeKnown(b, ofB));
        if (!mayBeKnownA || !mayBeKnownB)
        {
            if (mayBeKnownB)
                await ReportUnknownAsync(a, "A", b, "B", options, cancellationToken).ConfigureAwait(false);
            else if (mayBeKnownA)
                await ReportUnknownAsync(b, "B", a, "A", options, cancellationToken).ConfigureAwait(false);
            return (a, b);
        }
        SideEpochs epochsA = await SideEpochs.OfAsync(a, options.EpochYearA, cancellationToken).ConfigureAwait(false),
            epochsB = await SideEpochs.OfAsync(b, options.EpochYearB, cancellationToken).ConfigureAwait(false);
        if (!epochsA.AreKnown && epochsB.AreKnown)
            await ReportUnknownAsync(a, "A", b, "B", options, cancellationToken).ConfigureAwait(false);
        else if (epochsA.AreKnown && !epochsB.AreKnown)
            await ReportUnknownAsync(b, "B", a, "A", options, cancellationToken).ConfigureAwait(false);
        if (!epochsA.AreKnown || !epochsB.AreKnown || (epochsA.Year is not null && epochsA.Year == epochsB.Year))
            return (a, b);
        (MotionColumns? motionA, MotionColumns? motionB) = (MotionColumns.Find(a.Columns), MotionColumns.Find(b.Columns));
        if (motionA is not null && epochsB.Year is { } yearB)
            return (Moved(a, motionA, ofA, yearB, "A", options), b);
        if (motionB is not null && epochsA.Year is { } yearA)
            return (a, Moved(b, motionB, ofB, yearA, "B", options));
        options.OnMessage?.Invoke(epochsA.Year is { } first && epochsB.Year is { } second
            && (MotionColumns.Unused(a) ?? MotionColumns.Unused(b)) is null ? Warning(first, second)
            : $"positions of A are for {epochsA}, those of B for {epochsB}, and are not moved: "
                + ((motionA ?? motionB) is null ? MotionColumns.Unused(a) ?? MotionColumns.Unused(b) ?? "neither side has proper motions"
                    : "there is no single epoch to which a side with proper motions could be moved. Set CrossMatchOptions.EpochYear"));
        return (a, b);
    }

    /// <summary>Returns an epoch that a side declares; null if it is out of range.</summary>
    internal static double? Valid(double? declared) => declared is >= EarliestYear and <= LatestYear ? declared : null;

    /// <summary>Returns the epoch of a row: its own if it is valid, otherwise that of the side; NaN without one.</summary>
    internal static double Of(double ofRow, double? ofSide) => ofRow is >= EarliestYear and <= LatestYear ? ofRow : ofSide ?? double.NaN;

    /// <summary>Returns the warning about positions of different epochs that are not moved.</summary>
    internal static string Warning(double yearA, double yearB)
    {
        double years = Math.Abs(yearA - yearB);
        return string.Create(CultureInfo.InvariantCulture,
            $"positions of A are for epoch {yearA}, those of B for {yearB}, and neither side "
            + $"has proper motions: in {years:0.##} years a typical star moves {years * TypicalMasPerYr / 1000:0.###} arcsec, a nearby one "
            + $"{years * NearbyMasPerYr / 1000:0.##} arcsec");
    }

    /// <summary>Reports that a stated epoch does not apply to rows that have their own.</summary>
    private static void ReportRows(MatchSide? side, double? stated, string option, CrossMatchOptions options)
    {
        if (side is not null && stated is { } year && MotionColumns.FindEpochs(side.Columns) is ({ } ra, var dec))
            options.OnMessage?.Invoke(string.Create(CultureInfo.InvariantCulture, $"CrossMatchOptions.{option} = {year} applies only to "
                + $"rows of {side.Name} without a valid epoch in '{ra.Name}'{(dec is null ? "" : $" and '{dec.Name}'")}: their own epochs "
                + $"come before that of {side.Name}"));
    }

    /// <summary>Reports that proper motions are not used because the epoch of one side is unknown: those of that side, otherwise those of
    /// the other one.</summary>
    private static async Task ReportUnknownAsync(MatchSide unknown, string letter, MatchSide known, string other,
        CrossMatchOptions options, CancellationToken cancellationToken)
    {
        if (options.OnMessage is not { } report)
            return;
        if (await MotionAsync(unknown, cancellationToken).ConfigureAwait(false) is { } motion)
            report($"positions of {letter} are not moved to the epoch of {other} by '{motion.PmRa.Name}' and "
                + $"'{motion.PmDec.Name}', because their epoch is unknown. {Remedy(letter, options)}");
        else if (MotionColumns.Unused(unknown) is { } unused)
            report($"positions of {letter} are not moved to the epoch of {other}: {unused}");
        else if (await MotionAsync(known, cancellationToken).ConfigureAwait(false) is { } ofKnown)
            report($"positions of {other} are not moved by '{ofKnown.PmRa.Name}' and '{ofKnown.PmDec.Name}', because the epoch of {letter} "
                + $"is unknown. {Remedy(letter, options)}, or the epoch to which {other} is moved as CrossMatchOptions.EpochYear");
    }

    /// <summary>Returns the columns of motion; null if all values are 0 or missing.</summary>
    private static async Task<MotionColumns?> MotionAsync(MatchSide side, CancellationToken cancellationToken) =>
        MotionColumns.Find(side.Columns) is { } motion
            && await side.MayHaveOtherThanZeroAsync([motion.PmRa, motion.PmDec], cancellationToken).ConfigureAwait(false) ? motion : null;

    private static MatchSide Required(MatchSide side, double? epoch, double common, string letter, CrossMatchOptions options)
    {
        if (MotionColumns.Find(side.Columns) is not { } motion)
        {
            if (epoch != common && MotionColumns.Several(side) is { } several)
                throw new ArgumentException($"{several}, or leave out CrossMatchOptions.EpochYear.");
            if (epoch != common)
                options.OnMessage?.Invoke((MotionColumns.NotOfStars(side) ?? $"{side.Name} has no proper motions") + ": "
                    + (epoch is { } year ? string.Create(CultureInfo.InvariantCulture, $"its positions stay at epoch {year}")
                        : string.Create(CultureInfo.InvariantCulture, $"its positions are not moved to epoch {common}")));
            return side;
        }
        if (epoch == common && motion.EpochRa is null)
            return side; // all rows are at the common epoch already
        return epoch is not null || motion.EpochRa is not null ? Moved(side, motion, epoch, common, letter, options)
            : throw new ArgumentException($"{side.Name} has proper motions, but no epoch of its positions is known. "
                + $"{Remedy(letter, options)}.");
    }

    // A side of a match of several may be another one than A or B, and only these have an option.
    private static string Remedy(string letter, CrossMatchOptions options)
    {
        int side = letter == "A" ? options.SidesOfSeveral?.A ?? 0 : options.SidesOfSeveral?.B ?? 1;
        return side switch
        {
            0 => "Set CrossMatchOptions.EpochYearA",
            1 => "Set CrossMatchOptions.EpochYearB",
            _ => "Add it to the table as a column 'ref_epoch', or build a dataset with it ('options.epoch_year' of the recipe)",
        };
    }

    private static MovedSide Moved(MatchSide side, MotionColumns motion, double? epoch, double common, string letter,
        CrossMatchOptions options)
    {
        string from = motion.EpochRa is { } column
            ? $"the epochs in '{column.Name}'{(motion.EpochDec is { } ofDec ? $" and '{ofDec.Name}'" : "")}"
            : string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}");
        string unit = string.IsNullOrWhiteSpace(motion.PmRa.Unit) ? ", in mas/yr because they have no unit" : "";
        options.OnMessage?.Invoke(string.Create(CultureInfo.InvariantCulture,
            $"positions of {letter} are moved from {from} to epoch {common} by '{motion.PmRa.Name}' and '{motion.PmDec.Name}'{unit}"));
        return new MovedSide(side, motion, epoch, common, options.Workers, options.OnMessage);
    }

    private static void Check(double? year, string option)
    {
        if (year is { } value && !(value is >= EarliestYear and <= LatestYear))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"CrossMatchOptions.{option} must be a Julian year from {EarliestYear} to {LatestYear}; it is {value}."));
    }
}
