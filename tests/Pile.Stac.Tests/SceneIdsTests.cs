using System.Text;

namespace Pile.Stac.Tests;

public class SceneIdsTests
{
    private const string Sr = "landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_SR_stac.json",
        St = "landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_ST_stac.json";

    [Fact]
    public void The_same_item_twice_and_two_items_with_one_id_are_told_apart_and_both_are_named()
    {
        SceneIds ids = new();
        Assert.Null(ids.Add(EoFiles.Scene(Sr)));
        Assert.Null(ids.Add(EoFiles.Scene("stac-items/lidar_dem.json")));
        Assert.Equal(SceneProblem.Repeated, ids.Add(EoFiles.Scene(Sr))!.Problem);
        SceneInvalidException conflict = ids.Add(EoFiles.Scene(St))!;
        Assert.Equal(SceneProblem.IdConflict, conflict.Problem);
        Assert.Contains(Sr, conflict.Message, StringComparison.Ordinal);
        Assert.StartsWith(St, conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reflectance_and_temperature_of_a_real_landsat_scene_are_joined()
    {
        Scene sr = EoFiles.Scene(Sr), st = EoFiles.Scene(St), joined = SceneJoin.Assets(sr, st);
        Assert.Equal(sr.Assets.Select(a => a.Key).Union(st.Assets.Select(a => a.Key)), joined.Assets.Select(a => a.Key));
        Assert.Equal("landsat-c2l2-sr", joined.Collection);
        Assert.Contains("landsat-c2l2-st", Assert.Single(joined.Notes), StringComparison.Ordinal);
        Assert.Same(st, Assert.Single(joined.Joined));
        Assert.Equal(joined.Assets.Length, StacItem.Parse(StacItemWriter.Write(joined), "a.json").Assets.Length);
    }

    [Fact]
    public async Task Scenes_with_one_id_are_joined_or_reported_in_a_stream()
    {
        string[] paths = [Sr, "stac-items/lidar_dem.json", St, Sr];
        List<SceneInvalidException> problems = [];
        SceneReadOptions options = new() { OnInvalid = problems.Add };
        List<Scene> distinct = [], joined = [];
        await foreach (Scene scene in SceneIds.DistinctAsync(ScenesAsync(options), options, TestContext.Current.CancellationToken))
            distinct.Add(scene);
        Assert.Equal([SceneProblem.IdConflict, SceneProblem.Repeated], problems.Select(p => p.Problem));
        problems.Clear();
        await foreach (Scene scene in SceneJoin.ByIdAsync(ScenesAsync, options, TestContext.Current.CancellationToken))
            joined.Add(scene);
        Assert.Equal(["LC08_L2SP_008059_20191201_20200825_02_T1", "lidar_id"], joined.Select(s => s.Id));
        Assert.Equal(joined.Select(s => s.Id), distinct.Select(s => s.Id));
        Assert.Equal(26, joined[0].Assets.Length); // 17 and 18, of which 9 are in both
        Assert.Equal(SceneProblem.Repeated, Assert.Single(problems).Problem);

        async IAsyncEnumerable<Scene> ScenesAsync(SceneReadOptions _)
        {
            foreach (string path in paths)
                yield return EoFiles.Scene(path);
            await Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData("2019-12-01", "2019-12-02", "properties.datetime")]
    [InlineData("81.02", "81.03", "properties.eo:cloud_cover")]
    [InlineData("2.13835894941807", "2.13835894941808", "geometry")]
    [InlineData("02_T1_MTL.xml", "02_T1_other.xml", "assets.MTL.xml.href")]
    public void Scenes_that_differ_are_not_joined(string old, string changed, string field)
    {
        string text = Encoding.UTF8.GetString(EoFiles.Bytes(St));
        int at = text.IndexOf(old, StringComparison.Ordinal);
        Scene other = StacItem.Parse(Encoding.UTF8.GetBytes(text[..at] + changed + text[(at + old.Length)..]), St);
        SceneInvalidException e = Assert.Throws<SceneInvalidException>(() => SceneJoin.Assets(EoFiles.Scene(Sr), other));
        Assert.Equal(field, e.Field);
    }
}
