using System.Collections.Immutable;

namespace Pile.CrossMatch;

/// <summary>Checks the options of a match of several sides, and derives those of each of its matches of two sides.</summary>
internal sealed class ManyOptions
{
    /// <summary>The largest number of sides: A and 16 others.</summary>
    internal const int MostSides = 17;

    private readonly CrossMatchOptions options;
    private readonly HashSet<string> reported = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">The options contradict each other, or are only for two sides.</exception>
    internal ManyOptions(IReadOnlyList<MatchSide> sides, CrossMatchOptions options)
    {
        this.options = options;
        if (sides.Count is < 2 or > MostSides)
            throw new ArgumentException($"The number of sides must be from 2 to {MostSides}; it is {sides.Count}.", nameof(sides));
        if (options.ColumnsOfFurther.Length > sides.Count - 2)
            throw new ArgumentException($"CrossMatchOptions.ColumnsOfFurther has columns of {options.ColumnsOfFurther.Length} sides after "
                + $"B, but there are {sides.Count - 2}.", nameof(options));
        Reject(options.Nest, "CrossMatchOptions.Nest");
        Reject(options.Pairs is not null, "CrossMatchOptions.Pairs");
        Reject(options.Where is not null, "CrossMatchOptions.Where");
        Reject(options.GroupColumnB is not null, "CrossMatchOptions.GroupColumnB");
        Reject(options.ErrorColumnB is not null, "CrossMatchOptions.ErrorColumnB");
        Reject(options.ErrorArcsecB is not null, "CrossMatchOptions.ErrorArcsecB");
        Reject(options.ErrorsB is not null, "CrossMatchOptions.ErrorsB");
        Reject(options.ErrorFloorArcsecB is not null, "CrossMatchOptions.ErrorFloorArcsecB");
        Reject(!options.TimeColumnsB.IsEmpty, "CrossMatchOptions.TimeColumnsB");
        Reject(options.TimeScaleB is not null, "CrossMatchOptions.TimeScaleB");
        Reject(options.TimeReferenceB is not null, "CrossMatchOptions.TimeReferenceB");
        if (sides.FirstOrDefault(s => s.Frame.IsEarth) is { } earth)
            throw new ArgumentException($"A match of several sides is on the sky, but {earth.Name} has positions on the earth. Match two "
                + "sides at a time.", nameof(sides));
        Reject(options.RadiusM is not null, "CrossMatchOptions.RadiusM");
        Reject(options.InFootprint, "CrossMatchOptions.InFootprint");
        Reject(options.FootprintsOverlap, "CrossMatchOptions.FootprintsOverlap");
        Reject(options.WithCertificate, "CrossMatchOptions.WithCertificate");
        Reject(options.WithProbability, "CrossMatchOptions.WithProbability");
        bool isOfGroups = options.Find == MatchFind.Groups;
        if (options.Join != MatchJoin.Inner && (isOfGroups || options.Join != MatchJoin.Left))
            throw new ArgumentException(isOfGroups
                ? $"CrossMatchOptions.Join must be inner with MatchFind.Groups of several sides; it is {MatchWords.Of(options.Join)}."
                : $"CrossMatchOptions.Join must be inner or left in a match of several sides; it is {MatchWords.Of(options.Join)}.",
                nameof(options));
        if (options.LongLayout && !isOfGroups)
            throw new ArgumentException("CrossMatchOptions.LongLayout requires MatchFind.Groups.", nameof(options));
        if (options.LongLayout && (!options.ColumnsA.IsEmpty || !options.ColumnsB.IsEmpty || options.ColumnsOfFurther.Any(c => !c.IsEmpty)))
            throw new ArgumentException("CrossMatchOptions.LongLayout: sides have different columns, so that a row for each member has "
                + "none. Leave out the columns, or use a row for each group.", nameof(options));
        if (isOfGroups && options.PositionAngle)
            throw new ArgumentException("A position angle is that of a pair, but MatchFind.Groups returns groups.", nameof(options));

        void Reject(bool isSet, string option)
        {
            if (isSet)
                throw new ArgumentException($"{option} is for a match of two sides. Select the rows of each side instead.",
                    nameof(options));
        }
    }

    /// <summary>Requires that sides with known epochs have the same one: otherwise A would have to be at another epoch in each
    /// match.</summary>
    /// <exception cref="ArgumentException">The epochs differ.</exception>
    internal async Task RequireOneEpochAsync(IReadOnlyList<MatchSide> sides, CancellationToken cancellationToken)
    {
        if (options.EpochYear is not null || !sides.Any(s => MotionColumns.Find(s.Columns) is not null))
            return;
        SideEpochs[] epochs = new SideEpochs[sides.Count];
        for (int side = 0; side < epochs.Length; side++)
            epochs[side] = await SideEpochs.OfAsync(sides[side], EpochOf(side), cancellationToken).ConfigureAwait(false);
        SideEpochs[] known = [.. epochs.Where(e => e.AreKnown)];
        if (known.Length > 1 && (known.Distinct().Count() > 1 || known[0].Year is null))
            throw new ArgumentException("The epochs of the sides differ ("
                + string.Join(", ", epochs.Select((e, i) => !e.AreKnown ? null : e.OfRows is not null
                    ? $"{char.ToUpperInvariant(ManyColumns.Letter(i))} has {e.OfRows}"
                    : FormattableString.Invariant($"{char.ToUpperInvariant(ManyColumns.Letter(i))} {e.Year}")).OfType<string>())
                + "). Set CrossMatchOptions.EpochYear, to which all positions are moved.");
    }

    /// <summary>Returns the columns of a side in the result.</summary>
    internal ImmutableArray<string> ColumnsOf(int side) => side switch
    {
        0 => options.ColumnsA,
        1 => options.ColumnsB,
        _ => side - 2 < options.ColumnsOfFurther.Length ? options.ColumnsOfFurther[side - 2] : [],
    };

    /// <summary>Returns the options of the match of two of the sides.</summary>
    internal CrossMatchOptions Of(int sideA, int sideB) => options with
    {
        Find = options.Find == MatchFind.Groups ? MatchFind.All : options.Find,
        Join = MatchJoin.Inner,
        ColumnsA = ColumnsOf(sideA),
        ColumnsB = ColumnsOf(sideB),
        ColumnsOfFurther = [],
        LongLayout = false,
        PositionAngle = false,
        EpochYearA = EpochOf(sideA),
        EpochYearB = EpochOf(sideB),
        SidesOfSeveral = (sideA, sideB),
        KeepsA = true,
        KeepsB = options.Find == MatchFind.Groups,
        OnMessage = message => Report(sideA, sideB, message),
    };

    private double? EpochOf(int side) => side switch
    {
        0 => options.EpochYearA,
        1 => options.EpochYearB,
        _ => null,
    };

    // A message about A is the same in each match; one about B names its side.
    private void Report(int sideA, int sideB, string message)
    {
        if (reported.Add(message))
            options.OnMessage?.Invoke(sideA == 0 && sideB == 1 ? message
                : $"match of {char.ToUpperInvariant(ManyColumns.Letter(sideA))} (as A) and "
                    + $"{char.ToUpperInvariant(ManyColumns.Letter(sideB))} (as B): {message}");
    }
}
