using Pile.Builders.Sources.SkyImages;

namespace Pile.Builders.Tests.Sources;

/// <summary>Names of files that are paired in the order of their names.</summary>
public class PairedNameTests
{
    [Theory]
    [InlineData("f/a_flux.fits f/b_flux.fits", "f/a_err.fits f/b_err.fits")]
    [InlineData("flux/a.fits flux/b.fits", "err/a.fits err/b.fits")]
    [InlineData("1/flux_1.fits 2/flux_2.fits", "1/err_1.fits 2/err_2.fits")]
    [InlineData("1/flux.fits 2/flux.fits", "1/err_1.fits 2/err_2.fits")]
    [InlineData("obj10.fits obj11.fits", "e_obj10.fits e_obj11.fits")]
    [InlineData("x.fits", "y.fits")]
    public void Names_that_differ_by_a_constant_part_belong_together(string names, string others) =>
        Assert.Equal(PairedNames.Relation.Same, PairedNames.Compare(names.Split(' '), others.Split(' '), out _));

    [Theory]
    [InlineData("o1_f o2_f", "o1_e o3_e", 1)]
    [InlineData("o1_f o2_f", "o2_e o3_e", 0)]
    [InlineData("o1_f o10_f", "o10.e o1.e", 0)]
    [InlineData("1/f_1 2/f_2", "1/e_1 3/e_3", 1)]
    public void Names_that_belong_to_other_files_differ(string names, string others, int pair)
    {
        Assert.Equal(PairedNames.Relation.Different, PairedNames.Compare(names.Split(' '), others.Split(' '), out int first));
        Assert.Equal(pair, first);
    }

    [Theory]
    [InlineData("a.fits b.fits", "7.fits 8.fits")]
    [InlineData("exp001_f exp003_f", "exp002_e exp004_e")]
    [InlineData("M31_f NGC7331_f", "x1_e x2_e")]
    public void Names_without_a_common_part_are_unrelated(string names, string others) =>
        Assert.Equal(PairedNames.Relation.Unrelated, PairedNames.Compare(names.Split(' '), others.Split(' '), out _));
}
