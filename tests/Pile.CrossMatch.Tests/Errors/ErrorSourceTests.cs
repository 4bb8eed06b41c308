using Pile.Format;
using Pile.Reading;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Errors;

/// <summary>Where the errors of a side are from: constants, floors, and values that no error can have.</summary>
public class ErrorSourceTests
{
    private static readonly double[] Ra = [10, 10.0002, 50, 200, 300], Dec = [20, 20.0001, 89.9999, -60, 0],
        OtherRa = [10.0001, 50.05, 200.0004, 300, 300.0001], OtherDec = [20.0001, 89.9999, -60.0001, 0.0003, 0.0001];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ColumnData<double> Column(string name, double[] values, string? unit = null) =>
        new ColumnData<double>(new ColumnSchema { Name = name, DType = DType.Float64, Unit = unit, Nullable = true }, values);

    private static MemorySide A(params ColumnData[] columns) => new(Ra, Dec, columns);

    private static MemorySide B(params ColumnData[] columns) => new(OtherRa, OtherDec, columns);

    private static double[] Five(double value) => [.. Enumerable.Repeat(value, 5)];

    private static async Task<List<(long A, long B, double Arcsec)>> PairsAsync(MatchSide a, MatchSide b, CrossMatchOptions options)
    {
        using MatchTable match = await CrossMatcher.MatchAsync(a, b, options, Token);
        List<(long, long, double)> pairs = [];
        foreach (MatchPair pair in match)
            pairs.Add((pair.A!.Value.Number, pair.B!.Value.Number, pair.SeparationArcsec));
        return [.. pairs.Order()];
    }

    private static async Task<string> FaultAsync<TException>(MatchSide a, MatchSide b, CrossMatchOptions options)
        where TException : Exception =>
        (await Assert.ThrowsAsync<TException>(() => CrossMatcher.MatchAsync(a, b, options, Token))).Message;

    [Theory]
    [InlineData(ErrorModel.Sigma, 1.0)]
    [InlineData(ErrorModel.Sigma, 2.5)]
    [InlineData(ErrorModel.Sum, 1)]
    public async Task A_constant_is_a_column_with_one_value(ErrorModel model, double sigma)
    {
        double[] errors = [0.1, 0.7, 0.2, 0.4, 0.6];
        CrossMatchOptions options = new() { Errors = model, Sigma = sigma, ErrorColumnA = "e" };
        MemorySide a = A(Column("e", errors)), b = B(Column("e", errors)), sameB = B(Column("same", Five(0.3)));
        List<(long, long, double)> expected = await PairsAsync(a, sameB, options with { ErrorColumnB = "same" });
        Assert.InRange(expected.Count, 1, 6);
        Assert.Equal(expected, await PairsAsync(a, sameB, options with { ErrorArcsecB = 0.3 }));
        CrossMatchOptions ofB = options with { ErrorColumnA = null, ErrorColumnB = "e" };
        Assert.Equal(await PairsAsync(A(Column("same", Five(0.3))), b, ofB with { ErrorColumnA = "same" }),
            await PairsAsync(A(), b, ofB with { ErrorArcsecA = 0.3 }));
        CrossMatchOptions both = new() { Errors = model, Sigma = sigma, ErrorArcsecA = 0.2, ErrorArcsecB = 0.3 };
        double limit = model == ErrorModel.Sum ? 0.5 : sigma * Math.Sqrt(0.04 + 0.09);
        Assert.Equal(await PairsAsync(A(), B(), new() { RadiusArcsec = limit }), await PairsAsync(A(), B(), both));
    }

    [Fact]
    public async Task The_radius_of_a_self_match_is_the_largest_of_its_rows()
    {
        List<string> messages = [];
        using MatchTable match = await CrossMatcher.MatchSelfAsync(
            new MemorySide([10, 10, 10], [0, 2.9 / 3600, 6.5 / 3600], Column("r", [3, 2, 1], "arcsec")),
            new() { Errors = ErrorModel.Radius, ErrorColumnA = "r", OnMessage = messages.Add }, Token);
        Assert.Equal(1, match.Summary.Pairs);
        Assert.Contains("the radius is 3 arcsec, from the largest radius", messages);
    }

    [Fact]
    public async Task A_constant_radius_is_a_radius()
    {
        List<(long, long, double)> expected = await PairsAsync(A(), B(), new() { RadiusArcsec = 0.6 });
        Assert.NotEmpty(expected);
        Assert.Equal(expected, await PairsAsync(A(), B(), new() { Errors = ErrorModel.Radius, ErrorArcsecA = 0.6 }));
        Assert.Equal(expected, await PairsAsync(A(), B(), new() { Errors = ErrorModel.Radius, ErrorArcsecB = 0.6, RadiusArcsec = 5 }));
    }

    [Theory]
    [InlineData(ErrorModel.Sigma)]
    [InlineData(ErrorModel.Sum)]
    public async Task A_floor_is_added_in_quadrature(ErrorModel model)
    {
        double[] errors = [0.1, 0.7, 0.2, 0, 0.05];
        CrossMatchOptions options = new() { Errors = model, ErrorColumnA = "e", ErrorColumnB = "e" };
        double[] raised = [.. errors.Select(e => Math.Sqrt((e * e) + 0.64))];
        MemorySide a = A(Column("e", errors), Column("raised", raised)), b = B(Column("e", errors));
        List<(long, long, double)> expected = await PairsAsync(a, b, options with { ErrorColumnA = "raised" });
        Assert.NotEqual(expected, await PairsAsync(a, b, options));
        Assert.Equal(expected, await PairsAsync(a, b, options with { ErrorFloorArcsecA = 0.8 }));
        CrossMatchOptions constant = options with { ErrorColumnA = null, ErrorArcsecA = 0.6 };
        Assert.Equal(await PairsAsync(a, b, constant with { ErrorArcsecA = 1 }),
            await PairsAsync(a, b, constant with { ErrorFloorArcsecA = 0.8 }));
    }

    [Fact]
    public async Task Circles_written_as_ellipses_give_the_same_pairs()
    {
        double[] errors = [0.1, 0.7, 0.2, 0.4, 0.6];
        CrossMatchOptions options = new() { Errors = ErrorModel.Sigma, Sigma = 1.5, ErrorColumnA = "e", ErrorColumnB = "e" };
        MemorySide a = A(Column("e", errors), Column("pa", [double.NaN, 30, 60, 90, 180])), b = B(Column("e", errors));
        List<(long, long, double)> expected = await PairsAsync(a, b, options);
        foreach (string circle in (string[])["ellipse:e,e,pa", "covariance:e,e"])
            Assert.Equal(expected, await PairsAsync(a, b, options with { ErrorColumnA = null, ErrorsA = circle }));
        Assert.NotEmpty(expected);
    }

    public static TheoryData<string, double[], string, string> Faults() => new()
    {
        { "e", [1, 1, -0.5, 1, 1], "ellipse:one,e,pa", "row 2, column 'e': -0.5 is not an error of 0 or more" },
        { "e", [1, 1, 1, 1.5, 1], "ellipse:one,e,pa", "row 3, column 'e': 1.5 is not at most the semi-major axis 1 in 'one'" },
        { "e", [0, -1, 1.0000001, 1, 1], "covariance:one,one,e", "row 2, column 'e': 1.0000001 is not a correlation from -1 to 1" },
        { "e", [1, 1, 1, 1, -1e-9], "covariance:one,e", "row 4, column 'e': -1E-09 is not an error of 0 or more" },
        { "e", [1, -1, 0, 1, 1], "ivar:one,e", "row 1, column 'e': -1 is not an inverse variance of 0 or more" },
        { "e", [1, 1, 1, -2, 1], "", "row 3, column 'e': -2 is not an error of 0 or more" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_value_that_no_error_can_have_is_named_with_row_and_column(string name, double[] values, string errors,
        string finding)
    {
        MemorySide a = A(Column(name, values), Column("one", Five(1)), Column("pa", Five(30)));
        CrossMatchOptions options = new()
        {
            Errors = ErrorModel.Sigma,
            ErrorArcsecB = 0.1,
            ErrorsA = errors.Length > 0 ? errors : null,
            ErrorColumnA = errors.Length > 0 ? null : name,
        };
        Assert.Contains(finding, await FaultAsync<ValueInvalidException>(a, B(), options), StringComparison.Ordinal);
        using TemporaryFolder folder = new();
        await using ITableReader table = await a.ToTableAsync(folder["a.csv"]);
        string message = await FaultAsync<ValueInvalidException>(TableSide.Create(table), B(), options);
        Assert.Contains($"{folder["a.csv"]}, {finding}", message, StringComparison.Ordinal);
        // A row that a condition leaves out is not used.
        int bad = int.Parse(finding[4..finding.IndexOf(',', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);
        await PairsAsync(TableSide.Create(table).Where($"id <> {bad}"), B(), options);
    }

    [Fact]
    public async Task A_wrong_error_of_a_dataset_is_named_and_a_condition_leaves_it_out()
    {
        using TemporaryFolder folder = new();
        await using Dataset dataset = await A(Column("e", [1, 1, -7, 1, 1], "arcsec")).ToDatasetAsync(folder["d"], Token);
        CrossMatchOptions options = new() { Errors = ErrorModel.Sigma, ErrorArcsecB = 0.1, ErrorColumnA = "e" };
        Assert.Contains("column 'e': -7 is not an error of 0 or more",
            await FaultAsync<ValueInvalidException>(new DatasetSide(dataset), B(), options), StringComparison.Ordinal);
        Assert.NotEmpty(await PairsAsync(new DatasetSide(dataset, dataset.Query().Where("e > 0")), B(), options));
    }

    [Fact]
    public async Task Missing_errors_and_errors_of_zero_are_counted()
    {
        List<string> messages = [];
        CrossMatchOptions options = new() { Errors = ErrorModel.Sigma, Sigma = 100, ErrorArcsecB = 0.1, OnMessage = messages.Add };
        MemorySide a = A(Column("ra_error", [0, double.NaN, 1, 1, double.PositiveInfinity]), Column("dec_error", [0, 1, 1, double.NaN, 1]));
        List<(long A, long B, double)> pairs = await PairsAsync(a, B(), options);
        Assert.Equal([0, 2], pairs.Select(p => p.A).Distinct());
        Assert.Contains("3 rows of A have no error and are in no pair", messages);
        Assert.Contains("1 row of A has an error of 0 and is taken as exact; CrossMatchOptions.ErrorFloorArcsecA adds one", messages);
        messages.Clear();
        await PairsAsync(A(Column("ra_ivar", [0, 1, 1, 1, 1]), Column("dec_ivar", Five(1))), B(), options);
        Assert.Contains("1 rows of A have no error and are in no pair", messages);
        ColumnData<double> declared = new(new ColumnSchema { Name = "ra_error", DType = DType.Float64, Sentinels = [-999] },
            new double[] { 1, -999, 1, 1, 1 });
        messages.Clear();
        await PairsAsync(A(declared), B(), options);
        Assert.Contains("1 rows of A have no error and are in no pair", messages);
        // Both exact: only equal positions are a pair.
        CrossMatchOptions exact = new() { Errors = ErrorModel.Sigma, RadiusArcsec = 10, ErrorsA = "ellipse:z,z,z", ErrorArcsecB = 0 };
        Assert.Equal([0L, 1, 2, 3, 4], (await PairsAsync(A(Column("z", Five(0))), A(), exact)).Select(p => p.A));
    }

    public static TheoryData<string, CrossMatchOptions> Contradictions() => new()
    {
        { "ErrorArcsecA must be at least 0; it is -1", new() { Errors = ErrorModel.Sigma, ErrorArcsecA = -1, ErrorArcsecB = 1 } },
        { "ErrorFloorArcsecB must be at least 0; it is NaN", new() { Errors = ErrorModel.Sum, ErrorFloorArcsecB = double.NaN } },
        { "ErrorColumnA and CrossMatchOptions.ErrorArcsecA are both set",
            new() { Errors = ErrorModel.Sigma, ErrorColumnA = "e", ErrorArcsecA = 1 } },
        { "ErrorArcsecB and CrossMatchOptions.ErrorsB are both set",
            new() { Errors = ErrorModel.Sigma, ErrorsB = "ellipse:e,e,e", ErrorArcsecB = 1 } },
        { "requires exactly one of", new() { Errors = ErrorModel.Radius, ErrorColumnA = "e", ErrorArcsecB = 1 } },
        { "ErrorFloorArcsecA requires ErrorModel.Sum, ErrorModel.Sigma",
            new() { Errors = ErrorModel.Radius, ErrorColumnA = "e", ErrorFloorArcsecA = 1 } },
        { "ErrorsB requires ErrorModel.Sum, ErrorModel.Sigma", new() { RadiusArcsec = 1, ErrorsB = "ellipse:e,e,e" } },
        { "Errors is ErrorModel.None", new() { RadiusArcsec = 1, ErrorArcsecB = 1 } },
        { "expected ellipse:MAJOR,MINOR,ANGLE", new() { Errors = ErrorModel.Sigma, ErrorsA = "circle:e", ErrorArcsecB = 1 } },
        { "expected ellipse:MAJOR,MINOR,ANGLE", new() { Errors = ErrorModel.Sigma, ErrorsA = "ellipse", ErrorArcsecB = 1 } },
        { "ellipse95 requires 3 columns; there are 2",
            new() { Errors = ErrorModel.Sigma, ErrorsA = "ellipse95:e,e", ErrorArcsecB = 1 } },
        { "has no column 'nope'", new() { Errors = ErrorModel.Sigma, ErrorsA = "covariance:e,nope", ErrorArcsecB = 1 } },
        { "'mag' is not a unit of angle", new() { Errors = ErrorModel.Sigma, ErrorsA = "covariance:e,g", ErrorArcsecB = 1 } },
        { "'mag' is not the inverse of a squared angle", new() { Errors = ErrorModel.Sigma, ErrorsA = "ivar:e,g", ErrorArcsecB = 1 } },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public async Task Contradicting_options_are_rejected(string finding, CrossMatchOptions options) =>
        Assert.Contains(finding, await FaultAsync<ArgumentException>(A(Column("e", Five(1)), Column("g", Five(1), "mag")), B(), options),
            StringComparison.Ordinal);
}
