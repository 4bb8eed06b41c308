using System.Globalization;
using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The times of both sides in one scale, and the shortest window for which they can be compared.</summary>
/// <param name="A">The times of A.</param>
/// <param name="B">The times of B.</param>
/// <param name="Scale">The scale in which differences are computed; null if it is unknown.</param>
internal sealed record CommonTimes(SideTime A, SideTime B, string? Scale)
{
    private const double SecondsPerDay = 86_400;

    /// <summary>True if both sides have instants.</summary>
    internal bool AreInstants => A.End is null && B.End is null && !A.HasEpochs && !B.HasEpochs;

    /// <summary>Decides how the times of two sides are compared.</summary>
    /// <exception cref="ArgumentException">A side has no times, or a stated scale is unknown.</exception>
    internal static CommonTimes Of(MatchSide a, MatchSide b, CrossMatchOptions options, bool isSelf)
    {
        RequireWords(options.TimeScaleA, options.TimeReferenceA, 'A');
        RequireWords(options.TimeScaleB, options.TimeReferenceB, 'B');
        SideTime ofA = SideTime.Of(a, options.TimeColumnsA, options.TimeScaleA, options.TimeReferenceA, 'A');
        SideTime ofB = isSelf ? ofA : SideTime.Of(b, options.TimeColumnsB, options.TimeScaleB, options.TimeReferenceB, 'B');
        if (isSelf && (!options.TimeColumnsB.IsEmpty || (options.TimeScaleB ?? options.TimeReferenceB) is not null))
            throw new ArgumentException("A self match has one column of times, that of A, but CrossMatchOptions.TimeColumnsB, "
                + "CrossMatchOptions.TimeScaleB or CrossMatchOptions.TimeReferenceB is set.");
        (string? scaleA, string? scaleB) = (TimeScales.Name(ofA.Scale), TimeScales.Name(ofB.Scale));
        if (isSelf || scaleA == scaleB || scaleA is null || scaleB is null)
            return new CommonTimes(ofA, ofB, isSelf || scaleA == scaleB ? scaleA ?? (isSelf ? ofA.Scale : null) : null);
        bool isNarrow = options.TimeWindowDays * SecondsPerDay < TimeScales.LargestDifferenceSeconds;
        return new CommonTimes(ofA with { ConvertedFrom = scaleA, RejectsBeforeUtc = isNarrow },
            ofB with { ConvertedFrom = scaleB, RejectsBeforeUtc = isNarrow }, TimeScales.Common);
    }

    /// <summary>Requires a window that is not finer than what is unknown about the times; without a window, that their order is
    /// known.</summary>
    /// <exception cref="ArgumentException">The window is too narrow, or the order is not known.</exception>
    internal void RequireWindow(double? window)
    {
        if (window is not { } windowDays)
        {
            if (A.Reference is not null && B.Reference is not null
                && ReferencePositions.LargestDifferenceSeconds(A.Reference, B.Reference) is > 0 and var unknown)
                throw new ArgumentException($"Times of A are for {A.Reference}, those of B for {B.Reference}. Light takes up "
                    + $"to {Text(unknown)} s between them, so that it is not known which row of B is the nearest in time. Set "
                    + "CrossMatchOptions.TimeWindowDays, or convert the times first.");
            return;
        }
        double seconds = windowDays * SecondsPerDay, light = ReferencePositions.LargestDifferenceSeconds(A.Reference, B.Reference);
        // A duration in seconds as text may become a little less than it in days.
        bool IsBelow(double limit) => seconds < limit * (1 - 1e-12);
        if (IsBelow(light))
            throw new ArgumentException((A.Reference, B.Reference) is ({ } ofA, { } ofB)
                ? $"Times of A are for {ofA}, those of B for {ofB}. "
                    + (double.IsFinite(light) ? $"Light takes up to {Text(light)} s between them, so {AtLeast(light)}"
                        : "Pile does not know the light time between them. Convert the times first.")
                : $"{Unknown(A.Reference, B.Reference, "reference position")}, which can make a difference of {Text(light)} s, so "
                    + $"{AtLeast(light)[..^1]}, or set {Options("TimeReference", A.Reference, B.Reference)}.");
        (string? scaleA, string? scaleB) = (TimeScales.Name(A.Scale), TimeScales.Name(B.Scale));
        if (scaleA is null || scaleB is null)
        {
            if (IsBelow(TimeScales.LargestDifferenceSeconds))
                throw new ArgumentException($"{Unknown(scaleA, scaleB, "time scale")}, which can make a difference of "
                    + $"{TimeScales.LargestDifferenceSeconds} s, so {AtLeast(TimeScales.LargestDifferenceSeconds)[..^1]}, or set "
                    + $"{Options("TimeScale", scaleA, scaleB)}.");
        }
        else if (scaleA != scaleB && Math.Max(TimeScales.UncertaintySeconds(scaleA), TimeScales.UncertaintySeconds(scaleB)) is var least
            && IsBelow(least))
            throw new ArgumentException($"Times of A are {A.Scale}, those of B {B.Scale}. UT1 is converted as UTC, which differs by up to "
                + $"{Text(least)} s, so {AtLeast(least)}");

        string AtLeast(double limit) => string.Create(CultureInfo.InvariantCulture,
            $"CrossMatchOptions.TimeWindowDays must be at least {limit / SecondsPerDay:0.#########} ({limit} s); it is {windowDays:R}. "
                + $"Choose a wider window, or convert the times first.");
    }

    /// <summary>Reports how times are compared, if it is not obvious.</summary>
    internal void Report(Action<string> report)
    {
        if (A.ConvertedFrom is not null)
            report($"times of A are {A.Scale}, those of B {B.Scale}: both are converted to {Scale}");
        else if (A.Scale != B.Scale && Scale is null)
            report($"times of A are {A.Scale ?? "of an unknown scale"}, those of B {B.Scale ?? "of an unknown scale"}: they are compared "
                + $"without conversion; scales differ by up to {TimeScales.LargestDifferenceSeconds} s");
        foreach ((SideTime side, string letter) in ReferenceEquals(A, B) ? [(A, "A")] : new[] { (A, "A"), (B, "B") })
            if (side.End is not null || side.HasEpochs || !side.Start.Name.Equals("mjd", StringComparison.OrdinalIgnoreCase)
                || !side.Others.IsEmpty)
                report($"times of {letter} are {(side.HasEpochs ? "the epochs in" : side.End is null ? "in" : "the intervals of")} "
                    + $"'{side.Start.Name}'{(side.End is null ? "" : side.HasDurations ? $" with the durations '{side.End.Name}'"
                        : $" and '{side.End.Name}'")}"
                    + (side.Others.IsEmpty ? "" : $", not in {string.Join(", or ", side.Others)}; CrossMatchOptions.TimeColumns{letter} "
                        + "names other columns"));
    }

    private static string Unknown(string? ofA, string? ofB, string what) => ofA is null && ofB is null
        ? $"The {what} of the times of A and B is not known" : $"The {what} of the times of {(ofA is null ? "A" : "B")} is not known";

    private static string Options(string property, string? ofA, string? ofB) => ofA is null && ofB is null
        ? $"CrossMatchOptions.{property}A and CrossMatchOptions.{property}B" : $"CrossMatchOptions.{property}{(ofA is null ? "A" : "B")}";

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static void RequireWords(string? scale, string? reference, char letter)
    {
        if (scale is not null && !TimeWords.IsScale(scale))
            throw new ArgumentException($"CrossMatchOptions.TimeScale{letter} must be a time scale of FITS (UTC, TAI, TT, TDB, TCB, TCG, "
                + $"UT1, GPS …); it is '{scale}'.");
        if (reference is not null && !TimeWords.IsReference(reference))
            throw new ArgumentException($"CrossMatchOptions.TimeReference{letter} must be a reference position of FITS (TOPOCENTER, "
                + $"GEOCENTER, BARYCENTER, HELIOCENTER …); it is '{reference}'.");
    }
}
