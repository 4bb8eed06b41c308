using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Cube;

/// <summary>Files with several cubes, of which one is read.</summary>
public class OtherCubeTests
{
    [Theory] // as KMOS and WEAVE write them
    [InlineData("IFU.1.DATA IFU.1.NOISE IFU.2.DATA IFU.2.NOISE IFU.3.DATA", "2 others, of which HDU 3 (IFU.2.DATA) is the first")]
    [InlineData("RED_DATA RED_IVAR RED_DATA_NOSS RED_IVAR_NOSS", "HDU 3 (RED_DATA_NOSS)")]
    [InlineData("SCI ERR DQ WEIGHT", null)]
    public async Task Cubes_of_a_file_that_are_not_read_are_reported_once(string names, string? others)
    {
        using TemporaryFolder folder = new();
        string code = $"hdus += [fits.ImageHDU(dq if n == 'DQ' else flux, h, name=n) for n in '{names}'.split()]";
        MadeCube.Write((folder["a.fits"], code), (folder["b.fits"], code));
        List<string> messages = [];
        await BuilderRuns.Builder("kind: cube\nfiles: '*.fits'", folder.Path, messages.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.Equal(others is null ? [] : [$"only the cube in HDU 1 ({names.Split(' ')[0]}) is read, not {others}. Set 'hdu' in the "
            + "recipe's source to the name or number of one; a dataset has one cube of each file. Other such files are not reported."],
            messages.Where(m => m.StartsWith("only", StringComparison.Ordinal)));
        messages.Clear();
        await BuilderRuns.Builder($"kind: cube\nfiles: '*.fits'\nhdu: {names.Split(' ')[0]}", folder.Path, messages.Add)
            .ReadAllAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(messages, m => m.StartsWith("only", StringComparison.Ordinal));
    }
}
