using System.Globalization;
using System.Text;
using System.Text.Json;
using Pile.Format.Yaml;
using Pile.TestKit;

namespace Pile.Format.Tests;

/// <summary>Texts with all characters of Unicode, as the reader and PyYAML return them.</summary>
public sealed class YamlTextTests
{
    private static readonly UnicodeCategory[] Plain =
        [UnicodeCategory.OtherLetter, UnicodeCategory.OtherNotAssigned, UnicodeCategory.PrivateUse, UnicodeCategory.LowercaseLetter,
            UnicodeCategory.UppercaseLetter, UnicodeCategory.OtherSymbol];

    [Theory] // of the characters beyond the first plane that are not letters or symbols, every so manyth
    [InlineData(601)]
    [InlineData(61, Traits = ["Run", "Long"])]
    public void Every_character_is_preserved_at_any_position_of_a_text(int step)
    {
        string[] texts = [.. Texts(step)];
        YamlText yaml = new();
        yaml.List("block", () => Array.ForEach(texts, yaml.TextItem));
        yaml.List("flow", () => Array.ForEach(texts, yaml.TextItem), flow: true);
        foreach (string text in texts.Where(t => t.Length < 200).Distinct())
            yaml.Text($"key {text}", text);
        string document = yaml.Finish();

        YamlMap read = YamlReader.Read(document, "test").AsMap();
        Assert.Equal(texts, read.Required("block").AsList().Items.Select(i => i.AsScalar().Text));
        Assert.Equal(texts, read.Required("flow").AsList().Items.Select(i => i.AsScalar().Text));

        using TemporaryFolder folder = new();
        File.WriteAllText(folder["texts.yaml"], document);
        File.WriteAllText(folder["texts.json"], JsonSerializer.Serialize(texts));
        Assert.Equal("[]", Python.Run("""
            import json, sys, yaml
            def wrong(i, t): return read["block"][i] != t or read["flow"][i] != t or len(t) < 200 and read["key " + t] != t
            read, texts = yaml.load(open(sys.argv[1], encoding="utf-8", newline=""), yaml.CSafeLoader), json.load(open(sys.argv[2]))
            print([t for i, t in enumerate(texts) if wrong(i, t)][:5])
            """, folder["texts.yaml"], folder["texts.json"]).Trim());
    }

    private static IEnumerable<string> Texts(int step)
    {
        StringBuilder plain = new();
        for (int code = 1; code <= 0x10FFFF; code = code == 0xD7FF ? 0xE000 : code + 1)
        {
            string c = char.ConvertFromUtf32(code);
            if (code >= 0x80 && Plain.Contains(CharUnicodeInfo.GetUnicodeCategory(code)))
            {
                plain.Append(c);
                if (plain.Length < 1000)
                    continue;
                yield return plain.ToString();
                plain.Clear();
            }
            if (code > 0xFFFF && code % step != 0)
                continue;
            foreach (string text in (string[])[c, $"{c}x", $"x{c}", $"x{c}y", $"{c}{c}", $" {c}", $"{c} ", $"x\n{c}", $"{c}\ny",
                $"x{c}\n", $"a: {c}"])
                yield return text;
        }
        yield return plain.ToString();
    }
}
