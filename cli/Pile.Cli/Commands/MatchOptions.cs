using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.CrossMatch;

namespace Pile.Cli.Commands;

/// <summary>The options of <c>pile crossmatch</c> that define a match.</summary>
internal static class MatchOptions
{
    private static readonly Option<string?> Radius =
        new("--radius")
        {
            Description =
            "The largest separation: arcseconds, or with a unit; on the earth metres (500m, 2km). Optional with "
                + "--sigma, --error-sum or --radius-column: the largest errors then limit it.",
            HelpName = "R"
        };
    private static readonly Option<string?> MinRadius = new("--min-radius") { Description = "The smallest separation.", HelpName = "R" };
    private static readonly Option<string> Find =
        new("--find")
        {
            Description = "Every pair; for each row of A its nearest row of B, or its K nearest; one-to-one pairs, like "
            + "STILTS find=best; for A with itself, groups of rows linked by pairs; or for each row of A one row of B by its time in "
            + "'mjd', like merge_asof of pandas.",
            HelpName = "all|nearest|one-to-one|best|groups|nearest-in-time|last-before|first-after|K",
            DefaultValueFactory = _ => "all"
        };
    private static readonly Option<string> Join =
        new("--join")
        {
            Description = "Only pairs, or also rows without a partner of A, of B or of both; or only rows without a partner.",
            HelpName = "inner|left|right|full|anti|right-anti|xor",
            DefaultValueFactory = _ => "inner"
        };
    private static readonly Option<string?> Group =
        new("--group")
        {
            Description = "Only pairs with equal values in this column of both sides, or in one column of each: a.name=b.title.",
            HelpName = "COL|a.COL=b.COL"
        };
    private static readonly Option<string?> Where =
        new("--where")
        {
            Description =
            "Only pairs that match an SQL condition over a.column, b.column and separation_arcsec; applied before the nearest or best are "
                + "chosen.",
            HelpName = "SQL"
        };
    private static readonly Option<string?> TimeWindow =
        new("--time-window")
        {
            Description =
            "The largest difference of times: days, or with a unit (12h, 30min, 10s). Instants, intervals and light curves; different time "
                + "scales are converted. The result then has a column dt_days.",
            HelpName = "T"
        };
    private static readonly Option<bool> Inside =
        new("--inside") { Description = "On the earth: positions of one side in footprints of B, or of A if B has none." };
    private static readonly Option<bool> Overlap =
        new("--overlap") { Description = "On the earth: footprints of both sides that overlap." };
    private static readonly Option<bool> Nest = new("--nest")
    {
        Description = "One row for each row of A, with its partners as lists, the nearest first; for Parquet, Arrow and other formats with "
            + "lists.",
    };
    private static readonly Option<string?> Columns =
        new("--columns")
        {
            Description =
            "Columns to add: a.x,b.y or a.*,b.* (c.z of further sides); and position_angle, in degrees from A to B. Put a name with a "
                + "comma in double quotes: a.\"u, g\". A matched dataset (--out DIR/) has all columns without it.",
            HelpName = "a.x,b.y"
        };

    private static readonly Option<string?> Epoch = EpochOption("--epoch", "The Julian year to which positions are moved by their proper "
        + "motions. Without it, a side with proper motions is moved to the epoch of the other, if both epochs are known.");
    private static readonly Option<string?> EpochA = EpochOption("--a-epoch", "The epoch of the positions of A, if it has no such column.");
    private static readonly Option<string?> EpochB = EpochOption("--b-epoch", "The epoch of the positions of B.");

    internal static IEnumerable<Option> All => [Radius, MinRadius, Find, Join, Group, Where, .. MatchErrorOptions.All, TimeWindow, TimeA,
        TimeB, TimeScaleA, TimeScaleB, TimeReferenceA, TimeReferenceB, Inside, Overlap, Epoch, EpochA, EpochB, Columns,
        Nest];

    private static readonly Option<string?> TimeA = TextOption("--a-time",
        "The times of A: a column of instants or of arrays of epochs, or start and end, or start and duration. By default the first there "
            + "is: lightcurve_time, mjd (with mjd_end), mjd_start and mjd_end, t_min and t_max, or the only declared time of a table.",
        "COL[,COL]"),
        TimeB = TextOption("--b-time", "The times of B.", "COL[,COL]"),
        TimeScaleA = TextOption("--a-time-scale", "The time scale of A if it is not declared: UTC, TAI, TT, TDB, TCB …", "SCALE"),
        TimeScaleB = TextOption("--b-time-scale", "The time scale of B.", "SCALE"),
        TimeReferenceA = TextOption("--a-time-reference",
            "The reference position of the times of A if it is not declared: TOPOCENTER, GEOCENTER, BARYCENTER …", "POSITION"),
        TimeReferenceB = TextOption("--b-time-reference", "The reference position of the times of B.", "POSITION");

    private static Option<string?> TextOption(string name, string description, string valueName) => new(name)
    {
        Description = description,
        HelpName = valueName
    };

    private static Option<string?> EpochOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "YEAR"
    };

    internal static CrossMatchOptions Of(ParseResult parsed, Action<string> report)
    {
        (double? radius, double? radiusM) = RadiusOf(parsed.GetValue(Radius), "--radius");
        (double? least, double? leastM) = RadiusOf(parsed.GetValue(MinRadius), "--min-radius");
        bool isInside = parsed.GetValue(Inside), isOverlap = parsed.GetValue(Overlap);
        CrossMatchOptions withErrors = MatchErrorOptions.With(new CrossMatchOptions(), parsed);
        if (radius is null && radiusM is null && withErrors.Errors == ErrorModel.None && !isInside && !isOverlap
            && !PairsInput.IsGiven(parsed))
            throw new UsageException("--radius R, in arcseconds or with a unit, is required, or --pairs.");
        (MatchFind find, int neighbours) = FindOf(parsed.GetRequiredValue(Find));
        (string? groupA, string? groupB) = GroupOf(parsed.GetValue(Group));
        (List<string> columnsA, List<string> columnsB, List<List<string>> further, bool withAngle) = SplitColumns(parsed.GetValue(Columns));
        return withErrors with
        {
            RadiusArcsec = radius,
            MinRadiusArcsec = least ?? 0,
            RadiusM = radiusM,
            MinRadiusM = leastM ?? 0,
            InFootprint = isInside,
            FootprintsOverlap = isOverlap,
            Find = find,
            Neighbours = neighbours,
            Join = JoinOf(parsed.GetRequiredValue(Join)),
            GroupColumn = groupA,
            GroupColumnB = groupB,
            Where = parsed.GetValue(Where),
            TimeWindowDays = parsed.GetValue(TimeWindow) is { } window ? DurationText.Days(window, "--time-window") : null,
            TimeColumnsA = [.. NameList.Split(parsed.GetValue(TimeA) ?? "", "--a-time")],
            TimeColumnsB = [.. NameList.Split(parsed.GetValue(TimeB) ?? "", "--b-time")],
            TimeScaleA = parsed.GetValue(TimeScaleA)?.ToUpperInvariant(),
            TimeScaleB = parsed.GetValue(TimeScaleB)?.ToUpperInvariant(),
            TimeReferenceA = parsed.GetValue(TimeReferenceA)?.ToUpperInvariant(),
            TimeReferenceB = parsed.GetValue(TimeReferenceB)?.ToUpperInvariant(),
            EpochYear = YearOf(parsed, Epoch),
            EpochYearA = YearOf(parsed, EpochA),
            EpochYearB = YearOf(parsed, EpochB),
            ColumnsA = [.. columnsA],
            ColumnsB = [.. columnsB],
            ColumnsOfFurther = [.. further.Select(names => names.ToImmutableArray())],
            PositionAngle = withAngle,
            Nest = parsed.GetValue(Nest),
            Workers = CommonOptions.WorkersOf(parsed),
            MemoryBytes = CommonOptions.MemoryOf(parsed),
            OnMessage = report,
        };
    }

    // Astropy and others write J2000 for the Julian year 2000.
    private static double? YearOf(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } text ? null
        : double.TryParse(text is ['J' or 'j', .. var year] ? year : text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out double julian) ? julian
        : throw new UsageException($"{option.Name} {text}: expected a Julian year, such as 2016.0 or J2000.");

    private static (double? Arcsec, double? Metres) RadiusOf(string? text, string option) => text is null ? default
        : DistanceText.MetresOrNull(text, option) is { } metres ? (null, metres) : (AngleText.SeparationArcsec(text, option), null);

    private static (MatchFind Find, int Neighbours) FindOf(string word) => word switch
    {
        "all" => (MatchFind.All, 1),
        "nearest" => (MatchFind.Nearest, 1),
        "one-to-one" or "best" => (MatchFind.OneToOne, 1),
        "groups" => (MatchFind.Groups, 1),
        "nearest-in-time" => (MatchFind.NearestInTime, 1),
        "last-before" => (MatchFind.LastBefore, 1),
        "first-after" => (MatchFind.FirstAfter, 1),
        _ when int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int k) && k > 0 => (MatchFind.Nearest, k),
        _ => throw new UsageException($"--find {word}: expected all, nearest, one-to-one (or best), groups, "
            + "nearest-in-time, last-before, first-after, or a number of neighbours."),
    };

    private static MatchJoin JoinOf(string word) => word switch
    {
        "inner" => MatchJoin.Inner,
        "left" => MatchJoin.Left,
        "right" => MatchJoin.Right,
        "full" => MatchJoin.Full,
        "anti" => MatchJoin.Anti,
        "right-anti" => MatchJoin.RightAnti,
        "xor" => MatchJoin.Xor,
        _ => throw new UsageException($"--join {word}: expected inner, left, right, full, anti, right-anti or xor."),
    };

    private static (string? A, string? B) GroupOf(string? text)
    {
        if (text is null || !text.StartsWith("a.", StringComparison.Ordinal) || !text.Contains('=', StringComparison.Ordinal))
            return (text is null ? null : Unquoted(text), null);
        int equal = text.IndexOf("=b.", StringComparison.Ordinal);
        return equal > 2 && equal + 3 < text.Length ? (Unquoted(text[2..equal]), Unquoted(text[(equal + 3)..]))
            : throw new UsageException($"--group {text}: expected a column of both sides, or one of each: a.name=b.title.");

        // A name may be in double quotes, as in --columns.
        static string Unquoted(string name) =>
            name is ['"', _, .., '"'] ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;
    }

    private static (List<string> A, List<string> B, List<List<string>> Further, bool WithAngle) SplitColumns(string? text)
    {
        (List<string> a, List<string> b, List<List<string>> further, bool withAngle) = ([], [], [], false);
        foreach (string column in NameList.Split(text ?? "", "--columns"))
            if (column.StartsWith("a.", StringComparison.Ordinal))
                a.Add(column[2..]);
            else if (column.StartsWith("b.", StringComparison.Ordinal))
                b.Add(column[2..]);
            else if (column is [>= 'c' and <= 'q' and var letter, '.', ..])
            {
                while (further.Count <= letter - 'c')
                    further.Add([]);
                further[letter - 'c'].Add(column[2..]);
            }
            else if (column is "position_angle" or "position_angle_deg")
                withAngle = true;
            else
                throw new UsageException($"--columns {column}: expected a column of A or B: a.{column} or b.{column}.");
        return (a, b, further, withAngle);
    }
}
