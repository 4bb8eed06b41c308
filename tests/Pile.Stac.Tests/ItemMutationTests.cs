using System.Text;

namespace Pile.Stac.Tests;

public class ItemMutationTests
{
    [Fact]
    public void Two_thousand_mutated_documents_give_a_scene_or_one_clear_error()
    {
        string[] json = [.. EoFiles.Items];
        string[] yaml = ["odc-docs/final_dataset.yaml", "odc-docs/ga_s2am_ard_3_final.yaml",
            "ls5/LS5_TM_PQ_P55_GAPQ01-002_090_084_19920323/agdc-metadata.yaml"];
        int scenes = 0, errors = 0;
        for (int seed = 0; seed < 2000; seed++)
        {
            Random random = new(seed);
            bool isYaml = seed % 5 == 0;
            string path = isYaml ? yaml[random.Next(yaml.Length)] : json[random.Next(json.Length)];
            byte[] bytes = Mutated(EoFiles.Bytes(path), random);
            try
            {
                List<Scene> found = isYaml ? [.. Eo3Document.ParseYaml(bytes, path, new())] : [StacItem.Parse(bytes, path)];
                foreach (Scene scene in found)
                    _ = StacItemWriter.Write(scene with { GeometryCrs = null });
                scenes++;
            }
            catch (SceneInvalidException e)
            {
                errors++;
                Assert.StartsWith($"{path}, item ", e.Message, StringComparison.Ordinal);
                Assert.True(e.Message.Length < 1000, $"seed {seed}: {e.Message}");
                Assert.DoesNotContain(e.Message, c => char.IsControl(c));
            }
        }
        Assert.True(scenes > 100 && errors > 500, $"{scenes} scenes, {errors} errors: the mutations are too weak or too strong");
    }

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        List<byte> text = [.. bytes];
        string[] values = ["null", "[]", "{}", "-1", "1e400", "\"\"", "\"\\ud800\"", "true", "99999999999999999999", "[[[[[[[[", "NaN",
            "&a *a", "!!x"];
        for (int i = random.Next(1, 4); i > 0; i--)
            switch (random.Next(6))
            {
                case 0:
                    text[random.Next(text.Count)] = (byte)random.Next(256);
                    break;
                case 1:
                    text.RemoveRange(random.Next(text.Count / 2, text.Count), 1);
                    break;
                case 2:
                    int start = random.Next(text.Count - 50);
                    text.RemoveRange(start, random.Next(50));
                    break;
                case 3 when random.Next(4) == 0:
                    text.RemoveRange(random.Next(1, text.Count), 0);
                    text = text[..random.Next(1, text.Count)];
                    while (text.Count < 60)
                        text.Add((byte)' ');
                    break;
                case 4:
                    text.InsertRange(random.Next(text.Count), text[..Math.Min(40, text.Count)]);
                    break;
                default:
                    // Another value after a colon.
                    int colon = text.IndexOf((byte)':', random.Next(text.Count));
                    int end = colon < 0 ? -1 : text.FindIndex(colon, b => b is (byte)',' or (byte)'\n' or (byte)'}');
                    if (end > colon)
                    {
                        text.RemoveRange(colon + 1, end - colon - 1);
                        text.InsertRange(colon + 1, Encoding.UTF8.GetBytes(" " + values[random.Next(values.Length)]));
                    }
                    break;
            }
        return [.. text];
    }
}
