using System.Diagnostics;
using System.Text.Json;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests;

/// <summary>Compares certificates with their JSON Schema by ajv.</summary>
public class CertificateSchemaTests(TwoSkies skies) : IClassFixture<TwoSkies>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ajv_accepts_every_certificate_and_rejects_changed_ones()
    {
        CrossMatchOptions options = new() { RadiusArcsec = TwoSkies.RadiusArcsec, WithCertificate = true };
        MemorySide empty = new([], []);
        List<(string Name, string Text)> documents = [];
        await AddAsync("two sides", CrossMatcher.MatchAsync(skies.MemoryA, skies.MemoryB, options, Token));
        await AddAsync("not requested", CrossMatcher.MatchAsync(skies.MemoryA, skies.MemoryB, options with { WithCertificate = false },
            Token));
        await AddAsync("errors", CrossMatcher.MatchAsync(skies.MemoryA, skies.MemoryB,
            options with { Errors = ErrorModel.Sigma, ErrorColumnA = "e", ErrorColumnB = "e", RadiusArcsec = null }, Token));
        await AddAsync("self", CrossMatcher.MatchSelfAsync(skies.MemoryA, options, Token));
        await AddAsync("groups", CrossMatcher.MatchSelfAsync(skies.MemoryA, options with { Find = MatchFind.Groups }, Token));
        await AddAsync("no rows", CrossMatcher.MatchAsync(empty, empty, options, Token));
        await AddAsync("no pairs", CrossMatcher.MatchAsync(skies.MemoryA, skies.MemoryB, options with
        {
            MinRadiusArcsec = 700,
            RadiusArcsec = 700
        }, Token));
        int valid = documents.Count;
        string full = documents[0].Text;
        foreach ((string old, string changed) in new[]
        {
            ("\"certificate_version\": 1", "\"certificate_version\": 2"), ("\"inner\"", "\"outer\""), ("\"pairs_per_row_95\"", "\"range\""),
            ("\"dispersion\": ", "\"dispersion\": -"), ("\"absent\": {}", "\"absent\": 1"), ("\"radius\": {", "\"radii\": {"),
        })
        {
            Assert.Contains(old, full, StringComparison.Ordinal);
            documents.Add((changed, full.Replace(old, changed, StringComparison.Ordinal)));
        }
        JsonElement verdicts = Judge(documents);
        for (int i = 0; i < documents.Count; i++)
            Assert.True(verdicts.GetProperty(documents[i].Name).ValueKind == JsonValueKind.Null == i < valid,
                $"{documents[i].Name}: {verdicts.GetProperty(documents[i].Name)}\n{documents[i].Text}");

        async Task AddAsync(string name, Task<MatchTable> match)
        {
            using MatchTable matched = await match;
            documents.Add((name, matched.Summary.CertificateJson));
            documents.Add((name + ", short", matched.Record.Single(e => e.Key == "pile.match.certificate").Value));
        }
    }

    private static JsonElement Judge(List<(string Name, string Text)> documents)
    {
        using Process process = Process.Start(new ProcessStartInfo("node")
        {
            WorkingDirectory = Path.Combine(TestPaths.Root, "tests/schemas"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            ArgumentList = { "check.mjs" },
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(JsonSerializer.Serialize(new
        {
            schema = Path.Combine(TestPaths.Root, "format-spec/certificate.schema.json"),
            documents = documents.Select(d => new { name = d.Name, text = d.Text }),
        }));
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return JsonDocument.Parse(output.Result).RootElement;
    }
}
