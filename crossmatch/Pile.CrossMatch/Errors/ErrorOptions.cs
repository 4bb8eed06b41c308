using System.Globalization;

namespace Pile.CrossMatch;

/// <summary>Checks the options of a match about errors, and chooses the errors of each side.</summary>
internal static class ErrorOptions
{
    /// <summary>Checks that the options do not contradict each other.</summary>
    /// <exception cref="ArgumentException">They do.</exception>
    internal static void Check(CrossMatchOptions options, bool isSelf)
    {
        if (options.Errors == ErrorModel.Sigma && !(options.Sigma > 0 && double.IsFinite(options.Sigma)))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"CrossMatchOptions.Sigma must be above 0; it is {options.Sigma}."), nameof(options));
        if (options.Errors != ErrorModel.Sigma && options.Sigma != 1)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"CrossMatchOptions.Sigma is {options.Sigma}, which requires ErrorModel.Sigma."), nameof(options));
        foreach ((double? size, string name) in new[] { (options.ErrorArcsecA, "ErrorArcsecA"), (options.ErrorArcsecB, "ErrorArcsecB"),
            (options.ErrorFloorArcsecA, "ErrorFloorArcsecA"), (options.ErrorFloorArcsecB, "ErrorFloorArcsecB") })
            if (size is { } arcsec && !(arcsec >= 0 && double.IsFinite(arcsec)))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                    $"CrossMatchOptions.{name} must be at least 0; it is {arcsec}."), nameof(options));
        foreach (bool isA in (bool[])[true, false])
            if (Named(options, isA) is [var one, var other, ..])
                throw new ArgumentException($"{one.Option} and {other.Option} are both set. Set only one of them.", nameof(options));
        (string Option, string Value)[] ofA = Named(options, isA: true), ofB = Named(options, isA: false);
        if (options.Errors == ErrorModel.Radius && ofA.Length + ofB.Length != 1)
            throw new ArgumentException("A radius for each row requires exactly one of CrossMatchOptions.ErrorColumnA and "
                + "CrossMatchOptions.ErrorColumnB. For errors of both sides use ErrorModel.Sum or ErrorModel.Sigma.", nameof(options));
        string? onlyOfErrors = options.ErrorsA is not null ? "ErrorsA" : options.ErrorsB is not null ? "ErrorsB"
            : options.ErrorFloorArcsecA is not null ? "ErrorFloorArcsecA"
            : options.ErrorFloorArcsecB is not null ? "ErrorFloorArcsecB" : null;
        if (options.Errors is ErrorModel.Radius or ErrorModel.None && !options.WithProbability && onlyOfErrors is not null)
            throw new ArgumentException($"CrossMatchOptions.{onlyOfErrors} requires ErrorModel.Sum, ErrorModel.Sigma or "
                + "CrossMatchOptions.WithProbability.", nameof(options));
        if (options is { Errors: ErrorModel.None, WithProbability: false }
            && ofA.Concat(ofB).FirstOrDefault() is { Option: not null } unused)
            throw new ArgumentException($"{unused.Option} is '{unused.Value}', but CrossMatchOptions.Errors is ErrorModel.None, which "
                + "uses no errors. Choose another error model.", nameof(options));
        if (!isSelf)
            return;
        if (ofA is [var a] && ofB is [var b] && a.Value != b.Value)
            throw new ArgumentException($"A self match has one error for each row, but {a.Option} is '{a.Value}' and {b.Option} is "
                + $"'{b.Value}'. Set only one of them.", nameof(options));
        if (options is { ErrorFloorArcsecA: { } floorA, ErrorFloorArcsecB: { } floorB } && floorA != floorB)
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"A self match has one floor of errors, but CrossMatchOptions.ErrorFloorArcsecA is {floorA} and ")
                + string.Create(CultureInfo.InvariantCulture, $"CrossMatchOptions.ErrorFloorArcsecB is {floorB}. Set only one of them."),
                nameof(options));
    }

    /// <summary>Returns true if the radius model uses the values of A.</summary>
    internal static bool HasRadiusOfA(CrossMatchOptions options) => Named(options, isA: true).Length > 0;

    /// <summary>Returns the errors of a side; null if they are not used. Reports what was chosen.</summary>
    /// <exception cref="ArgumentException">A column is missing, or no column is known.</exception>
    internal static ErrorSource? Of(MatchSide side, CrossMatchOptions options, bool isA, bool isSelf)
    {
        (string Option, string Value)[] named = Named(options, isA);
        bool isOfOther = isSelf && named.Length == 0;
        if (isOfOther)
            named = Named(options, !isA);
        if (options is { Errors: ErrorModel.None, WithProbability: false } || (options.Errors == ErrorModel.Radius && named.Length == 0))
            return null;
        bool fromA = isA != isOfOther;
        (string? column, double? constant, string? text) = fromA ? (options.ErrorColumnA, options.ErrorArcsecA, options.ErrorsA)
            : (options.ErrorColumnB, options.ErrorArcsecB, options.ErrorsB);
        ErrorGrowth? growth = options.Errors == ErrorModel.Radius ? null : side.ErrorGrowth;
        double? floorA = options.ErrorFloorArcsecA, floorB = options.ErrorFloorArcsecB;
        ErrorSource source = constant is { } arcsec ? new ErrorSource(ErrorKind.Constant, []) { ConstantArcsec = arcsec }
            : column is not null ? new ErrorSource(ErrorKind.Circle, [side.Require(column).Name])
            : text is not null ? ErrorText.Parse(text, side, $"CrossMatchOptions.Errors{(fromA ? "A" : "B")}")
            : Found(side, isA, options.OnMessage);
        source = source with
        {
            FloorArcsec = (isSelf ? floorA ?? floorB : isA ? floorA : floorB) ?? 0,
            Growth = growth,
            UnitIfNone = ErrorColumns.UnitIfNone(source),
            IsCircular = options.Errors is ErrorModel.Radius or ErrorModel.Sum
                || (growth is null && source.Kind is ErrorKind.Constant or ErrorKind.Circle),
            IsNamed = named.Length > 0,
        };
        if (source is { IsCircular: true, Kind: ErrorKind.Covariance })
            source = source with { Columns = source.Columns[..2] };
        if (Words(source, side, options.Errors == ErrorModel.Radius) is { } words)
            options.OnMessage?.Invoke($"{side.Name}: {words}");
        return source;
    }

    private static ErrorSource Found(MatchSide side, bool isA, Action<string>? report)
    {
        ErrorSource[] found = [.. ErrorColumns.Find(side.Columns)];
        if (found.Length == 0)
            throw new ArgumentException($"{side.Name} has no known column of position errors. Set "
                + $"CrossMatchOptions.ErrorColumn{(isA ? "A" : "B")} to one of "
                + $"{string.Join(", ", side.Columns.Take(40).Select(c => c.Name))}; or set "
                + $"CrossMatchOptions.ErrorArcsec{(isA ? "A" : "B")} to one error for all rows.");
        if (found.Length > 1)
            report?.Invoke($"{side.Name}: it also has {string.Join(" and ", found.Skip(1).Select(f => f.Description))}; set "
                + $"CrossMatchOptions.Errors{(isA ? "A" : "B")} to choose other errors");
        return found[0];
    }

    private static string? Words(ErrorSource source, MatchSide side, bool isRadius)
    {
        string names = source.Columns.Length > 1 ? $"{string.Join(", ", source.Columns.SkipLast(1))} and {source.Columns[^1]}"
            : string.Concat(source.Columns), quantity = isRadius ? "radius" : "error";
        bool isWithoutUnit = source.Columns.Take(2).Any(name => string.IsNullOrWhiteSpace(side.Require(name).Unit));
        if (source is { Kind: ErrorKind.Circle, IsNamed: true, FloorArcsec: 0, Growth: null } && !isWithoutUnit)
            return null;
        string words = source.Kind switch
        {
            ErrorKind.Constant =>
                string.Create(CultureInfo.InvariantCulture, $"the {quantity} is {source.ConstantArcsec:R} arcsec for all rows"),
            ErrorKind.Covariance when source.IsCircular =>
                $"the errors are from {source.Columns[0]} and {source.Columns[1]} (root mean square)",
            ErrorKind.Ellipse => string.Create(CultureInfo.InvariantCulture, $"the errors are from the ellipses {names}")
                + (source.Percent == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
                    $" of {source.Percent} % (axes of {source.AxisInSigmas:0.####} σ)"))
                + (source.IsCircular ? " (root mean square of the axes)" : ""),
            ErrorKind.InverseVariance => $"the errors are from the inverse variances {names}, of right ascension without the cosine of the "
                + $"declination{(source.IsCircular ? " (root mean square)" : "")}",
            ErrorKind.Circle when source.IsNamed && isWithoutUnit =>
                $"column '{names}' has no unit; its values are taken as arcseconds",
            _ => $"the errors are from {names}",
        };
        if (source.FloorArcsec > 0)
            words += string.Create(CultureInfo.InvariantCulture, $", with {source.FloorArcsec:R} arcsec added in quadrature");
        if (source.Growth is { } growth)
            words += $"; errors grow with '{growth.PmRaError}' and '{growth.PmDecError}' while positions are moved";
        if (!isWithoutUnit || source is { Kind: ErrorKind.Circle, IsNamed: true })
            return words;
        return $"{words}; without a unit, they are taken as "
            + (source.Kind == ErrorKind.InverseVariance ? "1/deg²" : source.UnitIfNone switch
            {
                "mas" => "milliarcseconds, as those of Gaia",
                "deg" => "degrees, as those of Fermi",
                _ => "arcseconds",
            });
    }

    private static (string Option, string Value)[] Named(CrossMatchOptions options, bool isA)
    {
        (string? column, double? constant, string? text) = isA ? (options.ErrorColumnA, options.ErrorArcsecA, options.ErrorsA)
            : (options.ErrorColumnB, options.ErrorArcsecB, options.ErrorsB);
        string letter = isA ? "A" : "B";
        (string Option, string? Value)[] all = [($"CrossMatchOptions.ErrorColumn{letter}", column),
            ($"CrossMatchOptions.ErrorArcsec{letter}", constant?.ToString("R", CultureInfo.InvariantCulture)),
            ($"CrossMatchOptions.Errors{letter}", text)];
        return [.. all.Where(n => n.Value is not null).Select(n => (n.Option, n.Value!))];
    }
}
