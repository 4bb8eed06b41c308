using FsCheck;
using FsCheck.Fluent;
using Pile.TestKit;

namespace Pile.Format.Tests;

public class ColumnNamesTests
{
    [Theory]
    [InlineData("forced.g_cmodel_mag", "forced.g_cmodel_mag")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("100%", "100%25")]
    [InlineData("%2F", "%252F")]
    [InlineData(".", "%2E")]
    [InlineData("..", "..")]
    [InlineData("größe m⁻²", "größe m⁻²")]
    public void Hdf5_names_are_escaped_and_unescaped(string name, string escaped)
    {
        Assert.Equal(escaped, ColumnNames.ToHdf5(name));
        Assert.Equal(name, ColumnNames.FromHdf5(escaped));
    }

    [Fact]
    public void Every_legal_name_survives_escaping_for_hdf5() =>
        Prop.ForAll<NonEmptyString>(name => name.Get.Contains('\0') || ColumnNames.FromHdf5(ColumnNames.ToHdf5(name.Get)) == name.Get)
            .Check(Laws.Repeatable);

    [Fact]
    public void Names_that_differ_by_case_get_distinct_index_names()
    {
        var columns = ColumnNames.WithIndexNames([Native("Z"), Native("z"), Native("native_Z"), Native("RA"),
            new() { Name = "ra", DType = DType.Float64, Role = ColumnRole.Standard }], []);
        Assert.Equal(["native_Z_", "z", "native_Z", "native_RA", "ra"], columns.Select(c => c.SqlName));
        Assert.Equal(columns.Length, columns.Select(c => c.SqlName.ToUpperInvariant()).Distinct().Count());
    }

    [Fact]
    public void An_alias_keeps_its_name_and_the_native_column_is_renamed() =>
        Assert.Equal(["native_Z"], ColumnNames.WithIndexNames([Native("Z")], ["z"]).Select(c => c.SqlName));

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a//b")]
    [InlineData("")]
    [InlineData("a\\..\\b")]
    public void A_path_outside_the_dataset_is_rejected(string path) =>
        Assert.Throws<DatasetInvalidException>(() => DatasetPaths.Resolve("/data/set", path));

    [Theory]
    [InlineData("spec-0266", "spec-0266")]
    [InlineData("J12+05 a/b", "J12%2B05%20a%2Fb")]
    [InlineData("..", "%2E%2E")]
    [InlineData("é", "%C3%A9")]
    public void Ids_are_escaped_in_file_names(string id, string name) => Assert.Equal(name, ColumnNames.ToFileName(id));

    private static ColumnSchema Native(string name) => new() { Name = name, DType = DType.Float32 };

    [Theory]
    [InlineData("", "must not be empty")]
    [InlineData("a\0", "NUL")]
    [InlineData("\U0001F4A5", null)]
    [InlineData("\u0001", null)]
    public void Invalid_names_are_detected(string name, string? fault)
    {
        if (fault is null)
            Assert.Null(ColumnNames.FindFault(name));
        else
            Assert.Contains(fault, ColumnNames.FindFault(name), StringComparison.Ordinal);
    }

    [Fact] // attributes cannot contain such texts
    public void Names_with_half_of_a_surrogate_pair_are_detected()
    {
        foreach (string name in (string[])["a\ud800", "\udc00\ud800", "\udc00a", "\ud800\ud800\udc00"])
            Assert.Contains("half of a surrogate pair", ColumnNames.FindFault(name), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TTYPE 1%", "TTYPE 1%", "TTYPE 1%")]
    [InlineData("é a", "%C3%A9%20a", "é a")]
    [InlineData("a\u001b", "a%1B", "a%1B")]
    [InlineData("\uffff\U0001F4A5\t", "%EF%BF%BF%F0%9F%92%A5%09", "%EF%BF%BF\U0001F4A5\t")]
    public void Names_are_percent_encoded_for_FITS_and_XML(string name, string inFits, string inXml) =>
        Assert.Equal((inFits, inXml), (ColumnNames.ToFits(name), ColumnNames.ToXml(name)));
}
