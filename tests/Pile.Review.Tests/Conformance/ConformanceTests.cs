using Pile.Format;
using Pile.Review.Tests.Validation;
using Pile.Writing;

namespace Pile.Review.Tests.Conformance;

public class ConformanceTests
{
    // A deep validation does all that a shallow one does, which is long but for every fourth dataset.
    public static IEnumerable<TheoryDataRow<string, bool>> ValidNames() => ConformanceFolder.ValidNames().SelectMany((name, i) =>
        (TheoryDataRow<string, bool>[])[new(name, true), Row(name, false, isLong: i % 4 > 0)]);

    // If both depths have the same findings, one of them is long, in turn.
    public static IEnumerable<TheoryDataRow<string, bool>> InvalidNames() => ConformanceFolder.Invalid().SelectMany((invalid, i) =>
        ((bool[])[false, true]).Select(deep => Row(invalid.Name, deep,
            isLong: invalid.Shallow.Order(StringComparer.Ordinal).SequenceEqual(invalid.Deep.Order(StringComparer.Ordinal))
                && deep == (i % 2 == 0))));

    private static TheoryDataRow<string, bool> Row(string name, bool deep, bool isLong)
    {
        TheoryDataRow<string, bool> row = new(name, deep);
        return isLong ? row.WithTrait("Run", "Long") : row;
    }

    /// <summary>Generates what the folder lacks: PILE_CONFORMANCE=write dotnet test tests/Pile.Review.Tests --filter
    /// Makes_the_conformance_folder</summary>
    [Fact]
    public async Task Makes_the_conformance_folder()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PILE_CONFORMANCE") == "write",
            "Set PILE_CONFORMANCE=write to make format-spec/conformance/v1 again.");
        await ConformanceFolder.MakeAsync();
    }

    [Theory]
    [MemberData(nameof(ValidNames))]
    public async Task A_valid_dataset_has_no_findings(string name, bool deep)
    {
        ValidationReport report = await DatasetValidator.ValidateAsync(ConformanceFolder.Valid(name), new ValidationOptions { Deep = deep },
            TestContext.Current.CancellationToken);
        Assert.Equal("", string.Join('\n', report.Findings));
        Assert.True(report.IsValid);
    }

    [Theory]
    [MemberData(nameof(InvalidNames))]
    public async Task An_invalid_dataset_has_exactly_its_findings(string name, bool deep)
    {
        ConformanceFolder.Expected expected = ConformanceFolder.Invalid().Single(e => e.Name == name);
        using MutableDataset dataset = ConformanceFolder.Assemble(expected);
        ValidationReport report = await DatasetValidator.ValidateAsync(dataset.Path, new ValidationOptions { Deep = deep },
            TestContext.Current.CancellationToken);
        string[] codes = deep ? expected.Deep : expected.Shallow;
        Assert.True(codes.Order(StringComparer.Ordinal).SequenceEqual(report.Counts.Keys.Except(expected.May)),
            $"expected {string.Join(", ", codes)}; found {string.Join('\n', report.Findings)}");
        Assert.Equal(codes.All(c => c is FindingCodes.FileUnlisted or FindingCodes.SourceUnmounted
            or FindingCodes.ValuesUnverified or FindingCodes.RasterUnreachable),
            report.IsValid);
    }

    [Fact] // covers all kinds of columns, with the files of the repository
    public async Task Every_index_can_be_rebuilt_from_its_shards()
    {
        string[] withoutShards = ["index-only", "reference", "window"];
        foreach (string name in ConformanceFolder.ValidNames().Except(withoutShards))
        {
            using MutableDataset dataset = new(ConformanceFolder.Valid(name));
            Dictionary<string, string> before = dataset.Files().ToDictionary(path => path, dataset.Sha256);
            foreach (string folder in Directory.EnumerateDirectories(dataset["main"], "index*"))
                Directory.Delete(folder, recursive: true);
            dataset.Delete("main/collection.properties");
            dataset.Delete("main/positions.parquet");
            await IndexRebuild.RunAsync(dataset.Path, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(before, dataset.Files().ToDictionary(path => path, dataset.Sha256));
        }
    }

    [Fact]
    public void Every_code_has_an_invalid_dataset()
    {
        string[] codes = [.. typeof(FindingCodes).GetFields().Select(f => (string)f.GetRawConstantValue()!)];
        // A folder that cannot be listed cannot be stored in a repository, and a dataset without a recommended column is valid: F007 and
        // C011 have separate tests.
        Assert.Empty(codes.Except(["F007", "C011"]).Except(ConformanceFolder.Invalid().SelectMany(e => e.Deep)));
    }
}
