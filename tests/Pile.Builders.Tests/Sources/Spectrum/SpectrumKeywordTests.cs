using Pile.Format;
using Pile.TestKit;

namespace Pile.Builders.Tests.Sources.Spectrum;

/// <summary>Metadata of tables that are not FITS as keywords of a spectrum.</summary>
public class SpectrumKeywordTests
{
    private const string Source = """
        flux: flux
        wavelength: { column: wave }
        ra: target_ra
        dec: Target_Dec
        mjd: observed
        time_scale: UTC
        keywords: [exposure, grating, empty]

        """;

    [Fact]
    public async Task Meta_of_ecsv_agree_with_astropy()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make(Start + """
            from astropy.coordinates import SkyCoord
            t = spectrum()
            t['place'] = SkyCoord([1.0] * 9, [2.0] * 9, unit='deg')
            t.meta.update(target_ra='10:30:00', header={'Target_Dec': -20.25, 'exposure': 1200, 'VACUUM': False, 'list': [1, 2], 'deep':
                {'grating': 'é: B600', 'observed': 59000.5, 'exposure': 7}}, grating='R400 # 3', empty='')
            t.write(sys.argv[1] + '/s.ecsv', format='ascii.ecsv')
            """, folder.Path);
        RowBatch row = await SpectrumRows.Read($"files: s.ecsv\n{Source}exclude: [place.ra, place.dec]\n", folder.Path);
        SpectrumRows.Agrees(row, """
            from astropy.table import Table
            from astropy.coordinates import Angle
            meta = Table.read(sys.argv[2], format='ascii.ecsv').meta
            header = meta['header']
            assert abs(columns['ra'][0] - Angle(meta['target_ra'], 'hourangle').deg) < 1e-12, columns['ra']
            assert columns['dec'][0] == header['Target_Dec'] and columns['mjd'][0] == header['deep']['observed']
            assert columns['exposure'][0] == header['exposure'] and columns['grating'][0] == meta['grating'], columns['grating']
            """, folder["s.ecsv"]);
        Assert.True(row["empty"].IsNullAt(0));
    }

    [Fact]
    public async Task Parameters_of_votables_agree_with_astropy()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make(Start + """
            from astropy.io.votable import from_table
            from astropy.io.votable.tree import CooSys, Param, Resource
            vot = from_table(spectrum())
            def param(name, value, datatype='double', **more):
                if datatype == 'char': more['arraysize'] = '*'
                return Param(vot, name=name, value=value, datatype=datatype, **more)
            own, other = vot.resources[0], Resource()
            other.params.append(param('target_ra', 1.0))
            vot.resources.insert(0, other)
            own.coordinate_systems.append(CooSys(ID='c', system='eq_FK4', equinox='B1950'))
            own.params.extend([param('target_ra', 10.5, unit='h'), param('grating', 'é: B600', 'unicodeChar', arraysize='*')])
            own.tables[0].params.extend([param('Target_Dec', -0.35, unit='rad'), param('exposure', 1200, 'int', unit='s'),
                param('empty', '', 'char'), param('observed', 59000.5 * 24, unit='h'), param('VACUUM', True, 'boolean'),
                param('exposure', 7.0)])
            vot.to_xml(sys.argv[1] + '/s.vot')
            """, folder.Path);
        RowBatch row = await SpectrumRows.Read($"files: s.vot\n{Source}", folder.Path);
        SpectrumRows.Agrees(row, """
            from astropy.io.votable import parse
            from astropy.coordinates import SkyCoord
            own = parse(sys.argv[2]).resources[1]
            params = {p.name: p for p in reversed(own.params + own.tables[0].params)}
            place = SkyCoord(params['target_ra'].value, params['Target_Dec'].value, unit=('hourangle', 'rad'), frame='fk4').icrs
            assert SkyCoord(columns['ra'][0], columns['dec'][0], unit='deg').separation(place).mas < 1, columns['ra']
            assert columns['mjd'][0] == 59000.5 and columns['exposure'][0] == 1200 and columns['grating'][0] == params['grating'].value
            """, folder["s.vot"]);
        Assert.True(row["empty"].IsNullAt(0));
    }

    [Fact]
    public async Task Parameters_of_a_file_with_several_frames_need_the_frame_of_the_recipe()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["s.vot"], """
            <VOTABLE version="1.4"><RESOURCE><COOSYS ID="a" system="ICRS"/><COOSYS ID="b" system="eq_FK4" equinox="B1950"/>
            <TABLE><PARAM name="target_ra" datatype="double" value="10.5" unit="h" ref="b"/>
            <PARAM name="Target_Dec" datatype="double" value="-20.25"/><PARAM name="observed" datatype="double" value="59000.5"/>
            <FIELD name="wave" datatype="double" unit="Angstrom"/><FIELD name="flux" datatype="double" unit="Jy"/>
            <DATA><TABLEDATA><TR><TD>4000</TD><TD>1</TD></TR><TR><TD>4001</TD><TD>2</TD></TR></TABLEDATA></DATA></TABLE>
            </RESOURCE></VOTABLE>
            """);
        string source = "files: s.vot\n" + Source.Replace("wave }", "wave, medium: vacuum }", StringComparison.Ordinal)
            .Replace("keywords: [exposure, grating, empty]\n", "", StringComparison.Ordinal);
        await SpectrumRows.Fails("is not a supported frame. Set 'frame' in the recipe's source", source, folder.Path);
        RowBatch row = await SpectrumRows.Read(source + "frame: icrs\n", folder.Path);
        Assert.Equal((157.5, -20.25), (row.Values<double>("ra")[0], row.Values<double>("dec")[0]));
    }

    [Fact]
    public async Task Each_keyword_of_a_position_has_its_own_unit()
    {
        using TemporaryFolder folder = new();
        SpectrumRows.Make("""
            h = fits.PrimaryHDU(np.ones(9, 'f4'))
            h.header.update(CTYPE1='WAVE', CUNIT1='Angstrom', CRVAL1=4000., CRPIX1=1., CDELT1=1., BUNIT='Jy', DEC=-20.25)
            h.header['RA'] = (2.5, '[rad] of the target')
            h.writeto(sys.argv[1] + '/s.fits')
            h = fits.PrimaryHDU(np.ones((4, 3, 2), 'f4'))
            h.header.update(CTYPE3='WAVE', CUNIT3='Angstrom', CRVAL3=4000., CRPIX3=1., CDELT3=1., BUNIT='Jy', DEC=-20.25)
            h.header['RA'] = (2.5, '[rad] of the target')
            h.writeto(sys.argv[1] + '/c.fits')
            """, folder.Path);
        RowBatch spectrum = await SpectrumRows.Read("files: s.fits\nra: RA\ndec: DEC\nwavelength: { medium: vacuum }\n", folder.Path),
            cube = (await BuilderRuns.Builder("kind: cube\nfiles: c.fits\nwavelength: { medium: vacuum }\n", folder.Path)
                .ReadAllAsync(TestContext.Current.CancellationToken))[0];
        foreach (RowBatch row in (RowBatch[])[spectrum, cube])
        {
            Assert.Equal(2.5 * 180 / Math.PI, row.Values<double>("ra")[0], 1e-12);
            Assert.Equal(-20.25, row.Values<double>("dec")[0]);
        }
    }

    [Theory]
    [InlineData("# meta: {target_ra: [}", "the 'meta' of its ECSV header: ")]
    [InlineData("# meta: {Target_Dec: 1}", "there is no keyword 'target_ra'")]
    [InlineData("# meta: {target_ra: 400, Target_Dec: 1, VACUUM: true}", "'400'")]
    public async Task Mistakes_are_errors(string meta, string message)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["s.ecsv"], "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: wave, unit: Angstrom, datatype: float64}\n"
            + $"# - {{name: flux, unit: Jy, datatype: float64}}\n{meta}\nwave flux\n4000 1\n4001 2\n");
        await SpectrumRows.Fails(message, $"files: s.ecsv\n{Source.Replace("wave }", "wave, medium: vacuum }", StringComparison.Ordinal)}",
            folder.Path);
    }

    private const string Start = """
        def spectrum():
            wave = np.linspace(4000, 5000, 9)
            t = Table({'wave': wave, 'flux': np.sin(wave) + 3})
            t['wave'].unit, t['flux'].unit = 'Angstrom', 'erg / (s cm2 Angstrom)'
            return t

        """;
}
